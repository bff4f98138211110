package dev.warren.config;

import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Immutable;

/**
 * One prefix of a list of allowed IPs.
 *
 * @param prefix the prefix, its host bits cleared
 * @param remove whether it was written with a {@code -}: it is taken away from the peer
 */
@Immutable
public record AllowedIp(Prefix prefix, boolean remove) {}
