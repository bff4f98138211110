package dev.warren.config;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.owner.Immutable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one {@code [Peer]}; null where nothing is said.
 *
 * @param publicKey the peer
 * @param remove {@code wg set} only: the peer goes
 * @param presharedKey zeros for none
 * @param endpoint where it is
 * @param persistentKeepalive 0..65535 seconds, 0 for off
 * @param replaceAllowedIps whether the prefixes take the place of those it has
 * @param allowedIps its prefixes, in order
 * @param line where it begins in the file, from 1; 0 on a command line
 */
@Immutable
public record PeerConfig(
    PublicKey publicKey,
    boolean remove,
    @Nullable Secret presharedKey,
    @Nullable EndpointName endpoint,
    @Nullable Integer persistentKeepalive,
    boolean replaceAllowedIps,
    List<AllowedIp> allowedIps,
    int line) {

  void wipe() {
    if (presharedKey != null) {
      presharedKey.wipe();
    }
  }

  /** Puts one together; starts from nothing said. */
  public static final class Builder {
    private final int line;
    private final ArrayList<AllowedIp> allowedIps = new ArrayList<>(1);
    private @Nullable PublicKey publicKey;
    private @Nullable Secret presharedKey;
    private @Nullable EndpointName endpoint;
    private @Nullable Integer persistentKeepalive;
    private boolean remove;
    private boolean replaceAllowedIps;

    /** A peer of a command line, or made by a program. */
    public Builder() {
      this(0);
    }

    Builder(int line) {
      this.line = line;
    }

    /** Sets who it is. */
    public Builder publicKey(PublicKey key) {
      publicKey = key;
      return this;
    }

    /** Whether it is known who it is. */
    public boolean hasPublicKey() {
      return publicKey != null;
    }

    /** The peer goes. */
    public Builder remove() {
      remove = true;
      return this;
    }

    /** Sets the key, and wipes the one before. */
    public Builder presharedKey(Secret key) {
      if (presharedKey != null) {
        presharedKey.wipe();
      }
      presharedKey = key;
      return this;
    }

    /** Sets where it is. */
    public Builder endpoint(EndpointName name) {
      endpoint = name;
      return this;
    }

    /** Sets the interval in seconds. */
    public Builder persistentKeepalive(int seconds) {
      persistentKeepalive = seconds;
      return this;
    }

    /** Says whether prefixes take the place of those it has. */
    public Builder replaceAllowedIps(boolean replace) {
      replaceAllowedIps = replace;
      return this;
    }

    /** Adds a prefix. */
    public Builder allowedIp(AllowedIp prefix) {
      allowedIps.add(prefix);
      return this;
    }

    /** Adds a list as {@code wg} does: unless a prefix has a sign, the list replaces. */
    public Builder allowedIps(AllowedIpList list) {
      replaceAllowedIps = !list.incremental();
      allowedIps.addAll(list.prefixes());
      return this;
    }

    /** Wipes the key of a peer that is not to be. */
    public void wipe() {
      if (presharedKey != null) {
        presharedKey.wipe();
      }
    }

    int line() {
      return line;
    }

    /** The settings; it must be known who the peer is. */
    public PeerConfig build() {
      PublicKey key = publicKey;
      if (key == null) {
        throw new IllegalStateException("a peer without a public key");
      }
      return new PeerConfig(
          key,
          remove,
          presharedKey,
          endpoint,
          persistentKeepalive,
          replaceAllowedIps,
          List.copyOf(allowedIps),
          line);
    }
  }
}
