package dev.selfsame.pins;

/** What a root filesystem is made of. */
public sealed interface PinRoot permits DebsRoot, ImageRoot {}
