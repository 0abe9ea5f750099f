#!/bin/sh
# Makes the Mach-O test binaries: Debian 12's clang-14, lld-19, llvm-19 and llvm-14 (dsymutil).
set -e
work=$(mktemp -d)
mkdir -p "$work/usr/lib"
cp libSystem.tbd "$work/usr/lib/libSystem.tbd"
compile() { clang-14 -Os -target "$1" "$2" -c "$3" -o "$4"; }
link() { ld64.lld-19 -arch "$1" -platform_version macos 11.0 14.5 -syslibroot "$work" -lSystem "$2" -o "$3" $4; }

compile x86_64-apple-macos11 -g words.c words.o
compile x86_64-apple-macos11 -g0 quiet.c "$work/quiet.o"
compile arm64-apple-macos11 -g0 quiet.c "$work/quiet-arm64.o"
compile i386-apple-macos10.6 -g words.c words-i386.o
link x86_64 words.o words-x86_64 ""
link x86_64 words.o words-chained "-fixup_chains -S -adhoc_codesign"
link x86_64 "$work/quiet.o" quiet-library "-dylib -install_name @rpath/libquiet.dylib -x"
link arm64 "$work/quiet-arm64.o" quiet-arm64 ""
dsymutil-14 --flat words-x86_64 -o words-dsym
llvm-lipo-19 -create quiet-library quiet-arm64 -output quiet-fat
llvm-lipo-19 -fat64 -create "$work/quiet.o" words-i386.o -output objects-fat64
yaml2obj-19 ppc.yaml -o program-ppc
rm -r "$work"
