package dev.selfsame.binary.dwarf;

import java.util.OptionalLong;

/**
 * A unit of {@code .debug_info} or {@code .debug_info.dwo}.
 *
 * @param offset of its header in the section
 * @param version 2 to 5; any other is not read
 * @param dwoId what a skeleton and its body have in common; empty where it is neither
 * @param read false where it is of a version or a form that is not known: then it may be either
 */
public record Unit(long offset, int version, OptionalLong dwoId, boolean read) {}
