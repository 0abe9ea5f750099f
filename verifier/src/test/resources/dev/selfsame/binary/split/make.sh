#!/bin/sh
# Makes programs with split debug information: rustc 1.95.0 of rustup, gcc 12, GNU ld 2.40, llvm-dwp 14.
set -e
for version in 4 5; do
    rustc +1.95.0 -Copt-level=1 -Cpanic=abort -Crelocation-model=static -Clink-arg=-nostartfiles -Clink-arg=-nostdlib \
        -Clink-arg=-static -Clink-arg=-Wl,--build-id=sha1 -Cdebuginfo=2 -Cdwarf-version=$version \
        -Csplit-debuginfo=unpacked --remap-path-prefix="$PWD"=/src ../bare.rs -o bare$version
    llvm-dwp bare$version.*.dwo -o bare$version.dwp
done
mv bare4 bare
mv bare4.dwp bare.dwp
mv bare4.*.dwo bare.dwo
rm -f bare5.*.dwo

# Two units; then one of them changed: a package of another build that has the same first unit.
c="gcc -gsplit-dwarf -gdwarf-4 -O1 -ffreestanding -fno-asynchronous-unwind-tables -fno-pie -ffile-prefix-map=$PWD=/src"
echo 'int two(int n); void _start(void) { two(1); for (;;) ; }' >one.c
echo 'int two(int n) { return n + 2; }' >other.c
$c -c one.c
$c -c other.c
gcc -nostdlib -static -no-pie -Wl,--build-id=sha1 one.o other.o -o two
llvm-dwp one.dwo other.dwo -o two.dwp
echo 'long two(long n) { return n - 2; }' >other.c
$c -c other.c
llvm-dwp one.dwo other.dwo -o two-changed.dwp
rm -f one.* other.*
