#![no_std]
#![no_main]
use core::arch::asm;

static GREETING: &[u8] = b"hello\n";

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

fn call(number: usize, a: usize, b: usize, c: usize) -> usize {
    let result;
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c,
             out("rcx") _, out("r11") _);
    }
    result
}

#[no_mangle]
pub extern "C" fn _start() -> ! {
    call(1, 1, GREETING.as_ptr() as usize, GREETING.len());
    loop {
        call(60, 0, 0, 0);
    }
}
