package dev.warren.protocol;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.X25519;
import dev.warren.packet.owner.Confined;

/** What all peers of a device share. */
@Confined("device")
record Resources(
    X25519 x25519,
    AeadEngine aead,
    RandomSource random,
    IndexTable indices,
    DeadlineHeap deadlines,
    StagedPackets.Budget stagedBudget) {}
