package dev.warren.crypto.openssl;

import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * X25519 by a function from bytes to bytes: nothing native is kept between two agreements.
 *
 * <p>A public key costs less than an agreement here, as the library knows multiples of the base
 * point.
 *
 * <p><b>Owner:</b> any thread; its keys as {@link PrivateKey} says.
 *
 * <p><b>Source:</b> BoringSSL's curve25519.h.
 */
final class BoringX25519 implements X25519 {

  private static final int BYTES = PublicKey.BYTES;

  // Where scalar, point and result lie in the memory of one call.
  private static final int SCALAR_OFFSET = 0;
  private static final int POINT_OFFSET = 32;
  private static final int RESULT_OFFSET = 64;
  private static final int CALL_BYTES = 96;

  @Override
  public String name() {
    return BoringSsl.NAME;
  }

  @Override
  public PrivateKey importPrivate(Secret secret) {
    Secret clamped = X25519.clamped(secret);
    byte[] result = new byte[BYTES];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = arena.allocate(CALL_BYTES, Long.BYTES);
      writeScalar(clamped, call);
      LibBoringSsl.x25519PublicFromPrivate(
          call.address() + RESULT_OFFSET, call.address() + SCALAR_OFFSET);
      readResult(call, result);
      call.fill((byte) 0);
    }
    return new Key(clamped, PublicKey.of(result, 0));
  }

  /** Returns false for a result of zero, which the library refuses by itself. */
  private static boolean agree(Secret secret, PublicKey peer, byte[] out) {
    byte[] point = new byte[BYTES];
    peer.copyTo(point, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call = arena.allocate(CALL_BYTES, Long.BYTES);
      writeScalar(secret, call);
      MemorySegment.copy(point, 0, call, ValueLayout.JAVA_BYTE, POINT_OFFSET, BYTES);
      long address = call.address();
      int good =
          LibBoringSsl.x25519(
              address + RESULT_OFFSET, address + SCALAR_OFFSET, address + POINT_OFFSET);
      readResult(call, out);
      call.fill((byte) 0);
      return good == 1 && !ConstantTime.isZero(out, 0, BYTES);
    }
  }

  private static void writeScalar(Secret secret, MemorySegment call) {
    byte[] scalar = new byte[BYTES];
    secret.copyTo(scalar, 0);
    MemorySegment.copy(scalar, 0, call, ValueLayout.JAVA_BYTE, SCALAR_OFFSET, BYTES);
    ConstantTime.wipe(scalar);
  }

  private static void readResult(MemorySegment call, byte[] out) {
    MemorySegment.copy(call, ValueLayout.JAVA_BYTE, RESULT_OFFSET, out, 0, BYTES);
  }

  private static final class Key implements PrivateKey {

    private final Secret secret;
    private final PublicKey publicKey;
    private boolean closed;

    Key(Secret secret, PublicKey publicKey) {
      this.secret = secret;
      this.publicKey = publicKey;
    }

    @Override
    public PublicKey publicKey() {
      return publicKey;
    }

    @Override
    public Secret secret() {
      return secret;
    }

    @Override
    public boolean agree(PublicKey peer, byte[] out) {
      boolean agreed = !closed && BoringX25519.agree(secret, peer, out);
      if (!agreed) {
        Arrays.fill(out, 0, SHARED_SECRET_BYTES, (byte) 0);
      }
      return agreed;
    }

    @Override
    public void close() {
      closed = true;
      secret.wipe();
    }
  }
}
