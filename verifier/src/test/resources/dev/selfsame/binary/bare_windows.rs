#![no_std]
#![no_main]

#[link(name = "kernel32")]
unsafe extern "system" {
    fn ExitProcess(code: u32) -> !;
    fn GetStdHandle(which: u32) -> usize;
    fn WriteFile(file: usize, bytes: *const u8, size: u32, written: *mut u32, over: usize) -> i32;
}

static GREETING: &[u8] = b"hello\n";
static mut WRITTEN: u32 = 7;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[no_mangle]
pub extern "C" fn mainCRTStartup() -> ! {
    unsafe {
        let out = GetStdHandle(-11i32 as u32);
        WriteFile(out, GREETING.as_ptr(), 6, &raw mut WRITTEN, 0);
        ExitProcess(0)
    }
}
