package dev.warren.protocol.config;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One peer at one moment.
 *
 * @param publicKey the peer
 * @param presharedKey a copy that the reader wipes, or null
 * @param endpoint where it is, if that is known
 * @param lastHandshakeEpochNanos nanoseconds since the epoch, 0 for never
 * @param txBytes bytes of messages sent
 * @param rxBytes bytes of authentic messages received
 * @param persistentKeepalive seconds, 0 for off
 * @param allowedIps its prefixes
 */
@Immutable
public record PeerSnapshot(
    PublicKey publicKey,
    @Nullable Secret presharedKey,
    @Nullable Endpoint endpoint,
    long lastHandshakeEpochNanos,
    long txBytes,
    long rxBytes,
    int persistentKeepalive,
    List<Prefix> allowedIps) {}
