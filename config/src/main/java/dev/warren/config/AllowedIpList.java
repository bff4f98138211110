package dev.warren.config;

import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of allowed IPs that was read as far as it could be.
 *
 * @param prefixes those before the first bad one
 * @param incremental whether one of them has a sign, so that the list does not replace
 * @param warnings prefixes that are good and odd, in order
 * @param bad the first bad one, or null
 */
@Immutable
public record AllowedIpList(
    List<AllowedIp> prefixes,
    boolean incremental,
    List<Value.Bad<AllowedIp>> warnings,
    Value.@Nullable Bad<AllowedIp> bad) {}
