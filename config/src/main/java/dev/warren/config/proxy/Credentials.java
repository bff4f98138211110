package dev.warren.config.proxy;

import dev.warren.crypto.ConstantTime;
import dev.warren.packet.owner.Immutable;
import java.nio.charset.StandardCharsets;

/** Who may use a proxy. The text of it has no secret. */
@Immutable
public final class Credentials {
  /** What SOCKS has room for (RFC 1929). */
  static final int MAX_BYTES = 255;

  private final byte[] username;
  private final byte[] password;

  /** A user and a password, either of which may be empty. */
  public Credentials(String username, String password) {
    this.username = username.getBytes(StandardCharsets.UTF_8);
    this.password = password.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether these are they; how long it takes tells nothing but lengths. */
  public boolean matches(byte[] givenUsername, byte[] givenPassword) {
    boolean user = ConstantTime.equal(username, givenUsername);
    boolean secret = ConstantTime.equal(password, givenPassword);
    return user && secret; // both were compared already
  }

  boolean fits() {
    return username.length <= MAX_BYTES && password.length <= MAX_BYTES;
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
