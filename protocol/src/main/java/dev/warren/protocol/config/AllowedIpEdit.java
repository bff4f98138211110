package dev.warren.protocol.config;

import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Immutable;

/** One prefix to give to a peer, or to take away from it. */
@Immutable
public record AllowedIpEdit(Prefix prefix, boolean remove) {}
