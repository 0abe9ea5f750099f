#!/bin/sh
# Makes the PE, COFF and ar test files: rustc 1.95.0 of rustup with the windows-gnu and windows-msvc
# targets, Debian 12's gcc-mingw-w64, llvm, clang, lld, binutils, osslsigncode.
set -e
llvm-dlltool -m i386:x86-64 -d kernel32.def -l kernel32.lib
bare="rustc +1.95.0 --edition 2021 -Copt-level=1 -Cpanic=abort bare_windows.rs"
$bare --target x86_64-pc-windows-msvc -Cdebuginfo=1 -Clinker=rust-lld -Clink-arg=/nodefaultlib \
    -Clink-arg=/entry:mainCRTStartup -Clink-arg=/subsystem:console -Clink-arg=/brepro \
    -Clink-arg=/libpath:. -Clink-arg=/pdbaltpath:%_PDB% -o msvc.exe
$bare --target x86_64-pc-windows-msvc --emit=obj -Cdebuginfo=0 -o msvc.obj
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
    -days 3650 -subj "/CN=Selfsame test"
osslsigncode sign -certs cert.pem -key key.pem -in msvc.exe -out signed.exe
rm -f key.pem cert.pem
$bare --target x86_64-pc-windows-gnu -Cdebuginfo=2 -Clinker=x86_64-w64-mingw32-gcc \
    -Clink-self-contained=no -Clink-arg=-nostartfiles -Clink-arg=-nostdlib -Clink-arg=-lkernel32 \
    -Clink-arg=-Wl,-e,mainCRTStartup -o gnu-full.exe
cp gnu-full.exe gnu-symbols.exe && x86_64-w64-mingw32-strip --strip-debug gnu-symbols.exe
cp gnu-full.exe gnu-stripped.exe && x86_64-w64-mingw32-strip gnu-stripped.exe
rustc +1.95.0 --target x86_64-pc-windows-gnu -Copt-level=z -Clto=fat -Ccodegen-units=1 -Cpanic=abort \
    -Cstrip=symbols -Clinker=x86_64-w64-mingw32-gcc hello.rs -o hello-gnu.exe
i686-w64-mingw32-gcc -Os -shared -nostdlib -nostartfiles library.c -lkernel32 \
    -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp -s -o pe32.dll
i686-w64-mingw32-gcc -Os -c library.c -o i686.obj
x86_64-w64-mingw32-gcc -Os -c -Wa,-mbig-obj library.c -o big.obj
rustc +1.95.0 --crate-type rlib -Copt-level=1 small.rs -o libsmall.rlib
rustc +1.95.0 --target x86_64-pc-windows-msvc --crate-type rlib -Copt-level=1 small.rs -o libsmall-msvc.rlib
cp powerpc.o powerpc-with-a-name-of-more-than-15.o
printf odd > odd.txt
members="i686.o powerpc-with-a-name-of-more-than-15.o odd.txt"
rm -f gnu.a bsd.a thin.a
ar rcsD gnu.a $members
llvm-ar --format=bsd rcsD bsd.a $members
ar rcsTD thin.a i686.o powerpc-with-a-name-of-more-than-15.o
rm powerpc-with-a-name-of-more-than-15.o odd.txt
clang --target=x86_64-pc-windows-msvc -c guarded.s -o guarded.o
lld-link /nodefaultlib /entry:mainCRTStartup /subsystem:console /guard:cf /brepro guarded.o /out:guarded.exe
rm guarded.o
