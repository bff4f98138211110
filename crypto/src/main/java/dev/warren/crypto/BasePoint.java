package dev.warren.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Public keys in plain Java, for programs that need one of them and end: neither a native library
 * is loaded nor the JDK's security providers, which take longer than the work itself.
 *
 * <p>No branch and no index depends on the key.
 *
 * <p><b>Shape:</b> a field element is 16 limbs of 16 bits, each in a long; between operations limbs
 * stay below 2^18 in magnitude, so a sum of 16 products has room.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Source:</b> RFC 7748 §5, the ladder for the base point u = 9.
 */
public final class BasePoint {
  private static final int LIMBS = 16;
  private static final int BITS = 255;

  /** (A - 2) / 4 of curve25519. */
  private static final long A24 = 121_665;

  private BasePoint() {}

  /** Returns the public key of a private one; null for none, which all zeros are too. */
  public static @Nullable PublicKey publicKey(@Nullable Secret privateKey) {
    if (privateKey == null || privateKey.isZero()) {
      return null;
    }
    byte[] bytes = new byte[Secret.BYTES];
    privateKey.copyTo(bytes, 0);
    PublicKey key = PublicKey.of(publicKey(bytes), 0);
    ConstantTime.wipe(bytes);
    return key;
  }

  /** Returns the 32 bytes of the public key; clamps a copy of the scalar. */
  public static byte[] publicKey(byte[] privateKey) {
    byte[] scalar = privateKey.clone();
    scalar[0] &= (byte) 248;
    scalar[31] = (byte) ((scalar[31] & 127) | 64);
    long[] u = new long[LIMBS];
    u[0] = 9;
    long[] x2 = one();
    long[] z2 = new long[LIMBS];
    long[] x3 = u.clone();
    long[] z3 = one();
    long[] a = new long[LIMBS];
    long[] b = new long[LIMBS];
    long[] t = new long[2 * LIMBS];
    for (int i = BITS - 1; i >= 0; i--) {
      int bit = scalar[i >>> 3] >>> (i & 7) & 1;
      swap(bit, x2, x3);
      swap(bit, z2, z3);
      step(x2, z2, x3, z3, u, a, b, t);
      swap(bit, x2, x3);
      swap(bit, z2, z3);
    }
    invert(z2, z2.clone(), t);
    multiply(x2, x2, z2, t);
    byte[] out = pack(x2);
    Arrays.fill(scalar, (byte) 0);
    return out;
  }

  /** One doubling and one addition: (x2 : z2) becomes its double, (x3 : z3) the sum. */
  private static void step(
      long[] x2, long[] z2, long[] x3, long[] z3, long[] u, long[] a, long[] b, long[] t) {
    add(a, x2, z2);
    subtract(x2, x2, z2);
    add(z2, x3, z3);
    subtract(x3, x3, z3);
    // a = x2 + z2, x2 = x2 - z2, z2 = x3 + z3, x3 = x3 - z3.
    multiply(z2, z2, x2, t);
    multiply(x3, x3, a, t);
    add(b, x3, z2);
    subtract(z3, x3, z2);
    multiply(x3, b, b, t);
    multiply(z3, z3, z3, t);
    multiply(z3, z3, u, t);
    multiply(a, a, a, t);
    multiply(b, x2, x2, t);
    multiply(x2, a, b, t);
    subtract(z2, a, b);
    for (int i = 0; i < LIMBS; i++) {
      b[i] = z2[i] * A24;
    }
    carry(b);
    carry(b);
    add(a, a, b);
    multiply(z2, z2, a, t);
  }

  private static long[] one() {
    long[] one = new long[LIMBS];
    one[0] = 1;
    return one;
  }

  private static void swap(long bit, long[] p, long[] q) {
    long mask = -bit;
    for (int i = 0; i < LIMBS; i++) {
      long difference = mask & (p[i] ^ q[i]);
      p[i] ^= difference;
      q[i] ^= difference;
    }
  }

  private static void add(long[] out, long[] p, long[] q) {
    for (int i = 0; i < LIMBS; i++) {
      out[i] = p[i] + q[i];
    }
  }

  private static void subtract(long[] out, long[] p, long[] q) {
    for (int i = 0; i < LIMBS; i++) {
      out[i] = p[i] - q[i];
    }
  }

  private static void multiply(long[] out, long[] p, long[] q, long[] t) {
    Arrays.fill(t, 0);
    for (int i = 0; i < LIMBS; i++) {
      long factor = p[i];
      for (int j = 0; j < LIMBS; j++) {
        t[i + j] += factor * q[j];
      }
    }
    // 2^256 is 38.
    for (int i = 0; i < LIMBS; i++) {
      out[i] = t[i] + 38 * t[i + LIMBS];
    }
    carry(out);
    carry(out);
  }

  /** Brings limbs back to 16 bits; the last one's excess comes round to the first. */
  private static void carry(long[] p) {
    for (int i = 0; i < LIMBS; i++) {
      long excess = p[i] >> 16;
      p[i] -= excess << 16;
      if (i < LIMBS - 1) {
        p[i + 1] += excess;
      } else {
        p[0] += 38 * excess;
      }
    }
  }

  /** Raises to p - 2 = 2^255 - 21: all bits set but the second and the fourth. */
  private static void invert(long[] out, long[] p, long[] t) {
    System.arraycopy(p, 0, out, 0, LIMBS);
    for (int i = BITS - 2; i >= 0; i--) {
      multiply(out, out, out, t);
      if (i != 2 && i != 4) {
        multiply(out, out, p, t);
      }
    }
  }

  /** The one representative below p, little-endian. */
  private static byte[] pack(long[] p) {
    long[] value = p.clone();
    for (int i = 0; i < 3; i++) {
      carry(value);
    }
    long[] less = new long[LIMBS];
    for (int round = 0; round < 2; round++) {
      long borrow = 0;
      for (int i = 0; i < LIMBS; i++) {
        long prime = i == 0 ? 0xffed : i == LIMBS - 1 ? 0x7fff : 0xffff;
        long limb = value[i] - prime - borrow;
        borrow = limb >> 16 & 1;
        less[i] = limb & 0xffff;
      }
      swap(1 - borrow, value, less);
    }
    byte[] out = new byte[2 * LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      out[2 * i] = (byte) value[i];
      out[2 * i + 1] = (byte) (value[i] >> 8);
    }
    return out;
  }
}
