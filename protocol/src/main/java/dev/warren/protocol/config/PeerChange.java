package dev.warren.protocol.config;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Immutable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of one peer; null leaves a setting as it is.
 *
 * <p><b>Units:</b> the keepalive in seconds, 0..65535, 0 for off.
 *
 * @param publicKey the peer
 * @param remove takes the peer away; the rest is ignored
 * @param updateOnly does nothing when the peer is not there
 * @param presharedKey zeros for none; the device takes it over
 * @param endpoint where the peer is
 * @param persistentKeepalive the interval
 * @param replaceAllowedIps takes all prefixes away before the edits
 * @param allowedIps the edits, in order
 */
@Immutable
public record PeerChange(
    PublicKey publicKey,
    boolean remove,
    boolean updateOnly,
    @Nullable Secret presharedKey,
    @Nullable Endpoint endpoint,
    @Nullable Integer persistentKeepalive,
    boolean replaceAllowedIps,
    List<AllowedIpEdit> allowedIps) {

  /** Wipes the preshared key: nobody took it over. */
  public void wipe() {
    if (presharedKey != null) {
      presharedKey.wipe();
    }
  }

  /** Puts one together, setting by setting; starts from "leave everything as it is". */
  public static final class Builder {
    private final PublicKey publicKey;
    private final ArrayList<AllowedIpEdit> allowedIps = new ArrayList<>(1);
    private boolean remove;
    private boolean updateOnly;
    private boolean replaceAllowedIps;
    private @Nullable Secret presharedKey;
    private @Nullable Endpoint endpoint;
    private @Nullable Integer persistentKeepalive;

    /** A change of the peer with this key. */
    public Builder(PublicKey publicKey) {
      this.publicKey = publicKey;
    }

    /** Takes the peer away. */
    public void remove() {
      remove = true;
    }

    /** Does nothing when the peer is not there. */
    public void updateOnly() {
      updateOnly = true;
    }

    /** Sets the preshared key; zeros for none. */
    public void presharedKey(Secret key) {
      if (presharedKey != null) {
        presharedKey.wipe();
      }
      presharedKey = key;
    }

    /** Sets where the peer is. */
    public void endpoint(Endpoint value) {
      endpoint = value;
    }

    /** Sets the interval in seconds. */
    public void persistentKeepalive(int seconds) {
      persistentKeepalive = seconds;
    }

    /** Takes all prefixes away, also those of earlier edits. */
    public void replaceAllowedIps() {
      replaceAllowedIps = true;
      allowedIps.clear();
    }

    /** Gives a prefix to the peer or takes it away. */
    public void allowedIp(AllowedIpEdit edit) {
      allowedIps.add(edit);
    }

    /** The change. */
    public PeerChange build() {
      return new PeerChange(
          publicKey,
          remove,
          updateOnly,
          presharedKey,
          endpoint,
          persistentKeepalive,
          replaceAllowedIps,
          List.copyOf(allowedIps));
    }
  }
}
