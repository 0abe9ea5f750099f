package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;

/** Both sides of a comparison: what was read of each, and its bytes. */
record Pair(BinaryFacts a, ByteView bytesA, BinaryFacts b, ByteView bytesB) {}
