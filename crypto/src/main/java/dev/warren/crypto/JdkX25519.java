package dev.warren.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/**
 * X25519 of the JDK: five times slower than OpenSSL's, and always there.
 *
 * <p>JCE's keys are our own classes here, as those of the JDK cannot be wiped. What the JDK
 * computes on the way stays in the heap until the collector has passed.
 *
 * <p><b>Owner:</b> any thread; its keys as {@link PrivateKey} says.
 */
final class JdkX25519 implements X25519 {

  /** The base point, u = 9, whose product with a private key is the public key. */
  private static final PublicKey BASE_POINT = basePoint();

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public PrivateKey importPrivate(Secret secret) {
    Secret clamped = X25519.clamped(secret);
    byte[] publicBytes = new byte[PublicKey.BYTES];
    if (!agree(clamped, BASE_POINT, publicBytes)) {
      throw new AssertionError("a clamped scalar times the base point is never zero");
    }
    return new ScalarKey(clamped, PublicKey.of(publicBytes, 0));
  }

  private static PublicKey basePoint() {
    byte[] bytes = new byte[PublicKey.BYTES];
    bytes[0] = 9;
    return PublicKey.of(bytes, 0);
  }

  private static boolean agree(Secret secret, PublicKey peer, byte[] out) {
    Scalar scalar = new Scalar(secret);
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(scalar);
      agreement.doPhase(new Point(peer), true);
      agreement.generateSecret(out, 0);
    } catch (InvalidKeyException e) {
      Arrays.fill(out, 0, PrivateKey.SHARED_SECRET_BYTES, (byte) 0); // a point of low order
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no X25519", e);
    } finally {
      scalar.wipe();
    }
    return !ConstantTime.isZero(out, 0, PrivateKey.SHARED_SECRET_BYTES);
  }

  /** Our private key: nothing cached but the public one. */
  private static final class ScalarKey implements PrivateKey {

    private final Secret secret;
    private final PublicKey publicKey;
    private boolean closed;

    ScalarKey(Secret secret, PublicKey publicKey) {
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
      if (closed) {
        Arrays.fill(out, 0, SHARED_SECRET_BYTES, (byte) 0);
        return false;
      }
      return JdkX25519.agree(secret, peer, out);
    }

    @Override
    public void close() {
      closed = true;
      secret.wipe();
    }
  }

  /** A private key in JCE's terms. */
  private static final class Scalar implements XECPrivateKey {

    private static final long serialVersionUID = 1;

    private final transient byte[] bytes = new byte[Secret.BYTES];

    Scalar(Secret secret) {
      secret.copyTo(bytes, 0);
    }

    void wipe() {
      ConstantTime.wipe(bytes);
    }

    /** Hands out the array itself, so that the agreement keeps no copy that stays behind. */
    @Override
    public Optional<byte[]> getScalar() {
      return Optional.of(bytes);
    }

    @Override
    public AlgorithmParameterSpec getParams() {
      return NamedParameterSpec.X25519;
    }

    @Override
    public String getAlgorithm() {
      return "X25519";
    }

    @Override
    @SuppressWarnings("NullAway") // JCE's word for "has no encoding"
    public String getFormat() {
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // JCE's word for "has no encoding"
    public byte[] getEncoded() {
      return null;
    }
  }

  /** A public key in JCE's terms. */
  private static final class Point implements XECPublicKey {

    private static final long serialVersionUID = 1;

    private final BigInteger u;

    Point(PublicKey key) {
      byte[] littleEndian = key.bytes();
      byte[] bigEndian = new byte[PublicKey.BYTES];
      for (int i = 0; i < PublicKey.BYTES; i++) {
        bigEndian[i] = littleEndian[PublicKey.BYTES - 1 - i];
      }
      bigEndian[0] &= 127; // RFC 7748 §5: the top bit of u is ignored
      u = new BigInteger(1, bigEndian);
    }

    @Override
    public BigInteger getU() {
      return u;
    }

    @Override
    public AlgorithmParameterSpec getParams() {
      return NamedParameterSpec.X25519;
    }

    @Override
    public String getAlgorithm() {
      return "X25519";
    }

    @Override
    @SuppressWarnings("NullAway") // JCE's word for "has no encoding"
    public String getFormat() {
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // JCE's word for "has no encoding"
    public byte[] getEncoded() {
      return null;
    }
  }
}
