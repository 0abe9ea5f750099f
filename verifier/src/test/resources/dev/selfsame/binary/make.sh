#!/bin/sh
# Makes the test binaries: rustc 1.95.0 and 1.85.1 of rustup, GNU ld 2.40, rust-lld of 1.95.0.
set -e
rustc +1.95.0 -Copt-level=z -Clto=fat -Ccodegen-units=1 -Cstrip=debuginfo hello.rs -o hello-symbols
rustc +1.95.0 -Copt-level=z -Clto=fat -Ccodegen-units=1 -Cstrip=symbols -Cpanic=abort hello.rs -o hello-abort
bare="rustc +1.85.1 -Copt-level=1 -Cpanic=abort -Crelocation-model=static -Clink-arg=-nostartfiles -Clink-arg=-nostdlib -Clink-arg=-static -Clink-arg=-Wl,--build-id=sha1 bare.rs"
$bare -Cdebuginfo=2 -Cstrip=none -o bare-full
$bare -Cdebuginfo=0 -Cstrip=debuginfo -o bare-symbols
$bare -Cdebuginfo=0 -Cstrip=symbols -o bare-stripped
lld=$(rustc +1.95.0 --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld
export RUSTC_BOOTSTRAP=1
for target in powerpc-unknown-linux-gnu:elf32ppc s390x-unknown-linux-gnu:elf64_s390 i686-unknown-linux-gnu:elf_i386; do
    triple=${target%%:*}
    machine=${triple%%-*}
    rustc +1.95.0 --target "$triple" -Copt-level=1 --emit=obj core_free.rs -o "$machine.o"
    "$lld" -flavor gnu -m "${target##*:}" "$machine.o" -o "$machine-exec"
done
