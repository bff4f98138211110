package dev.warren.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 of the JDK's ChaCha20 stream cipher and our own Poly1305.
 *
 * <p>The JDK's own ChaCha20-Poly1305 takes twice as long where the processor has no AVX-512, and
 * throws an exception for each forged packet. The stream cipher needs a new parameter object for
 * every nonce, so some 150 bytes a packet are allocated all the same.
 *
 * <p>The cipher is set to decrypt in both directions: key stream is key stream, and in the other
 * mode the JDK compares key and nonce with the last ones, a check that belongs to whoever counts.
 *
 * <p>Packets pass through a small array piece by piece, since JCE works on arrays. The cipher and
 * that array are made by the first packet: a key at rest costs little more than its 32 bytes.
 *
 * <p><b>Owner:</b> one thread at a time.
 */
final class JdkAead implements Aead {

  /** A packet of the usual MTU passes in one piece; a multiple of Poly1305's blocks. */
  private static final int PIECE_BYTES = 2048;

  private static final int NONCE_BYTES = 12;
  private static final int NONCE_COUNTER_OFFSET = 4;

  private static final byte[] ZEROS = new byte[ChaCha20.BLOCK_BYTES];

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final RawKey key;
  private @Nullable Workspace workspace;
  private boolean closed;

  private JdkAead(byte[] key, int offset) {
    this.key = new RawKey(key, offset);
  }

  /** Returns the engine that makes these. */
  static AeadEngine engine() {
    return new AeadEngine() {
      @Override
      public String name() {
        return "jdk";
      }

      @Override
      public boolean isShareable() {
        return false;
      }

      @Override
      public Aead create(byte[] key, int offset) {
        return new JdkAead(key, offset);
      }
    };
  }

  @Override
  public boolean seal(long counter, MemorySegment memory, long offset, int length) {
    Objects.checkFromIndexSize(offset, (long) length, memory.byteSize() - TAG_BYTES);
    Workspace work = workspace();
    if (work == null) {
      return false;
    }
    try {
      work.start(key, counter);
      for (int done = 0; done < length; done += PIECE_BYTES) {
        int count = Math.min(PIECE_BYTES, length - done);
        work.load(memory, offset + done, count);
        work.crypt(count);
        work.authenticator.updatePadded(work.piece, 0, count);
        work.store(memory, offset + done, count);
      }
      work.finishTag(length);
      MemorySegment.copy(work.tag, 0, memory, ValueLayout.JAVA_BYTE, offset + length, TAG_BYTES);
      return true;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the JDK's ChaCha20 refused to work", e);
    }
  }

  @Override
  public boolean open(long counter, MemorySegment memory, long offset, int length) {
    if (length < TAG_BYTES) {
      return false;
    }
    Objects.checkFromIndexSize(offset, (long) length, memory.byteSize());
    Workspace work = workspace();
    if (work == null) {
      return false;
    }
    int plainLength = length - TAG_BYTES;
    try {
      work.start(key, counter);
      for (int done = 0; done < plainLength; done += PIECE_BYTES) {
        int count = Math.min(PIECE_BYTES, plainLength - done);
        work.load(memory, offset + done, count);
        work.authenticator.updatePadded(work.piece, 0, count);
        work.crypt(count);
        work.store(memory, offset + done, count);
      }
      work.finishTag(plainLength);
      MemorySegment.copy(
          memory, ValueLayout.JAVA_BYTE, offset + plainLength, work.piece, 0, TAG_BYTES);
      return ConstantTime.equal(work.tag, 0, work.piece, 0, TAG_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the JDK's ChaCha20 refused to work", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    key.wipe();
    Workspace work = workspace;
    workspace = null;
    if (work != null) {
      work.wipe(key);
    }
  }

  private @Nullable Workspace workspace() {
    Workspace work = workspace;
    if (work == null && !closed) {
      work = new Workspace();
      workspace = work;
    }
    return work;
  }

  /** What one packet needs while it passes. */
  private static final class Workspace {

    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] piece = new byte[PIECE_BYTES];
    private final byte[] tag = new byte[TAG_BYTES];
    private final Poly1305 authenticator = new Poly1305();

    Workspace() {
      try {
        cipher = Cipher.getInstance("ChaCha20");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JDK has no ChaCha20", e);
      }
    }

    /** Sets the nonce and turns the first half of block 0 into the key of Poly1305. */
    void start(RawKey key, long counter) throws GeneralSecurityException {
      LONG.set(nonce, NONCE_COUNTER_OFFSET, counter);
      cipher.init(Cipher.DECRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, 0));
      cipher.update(ZEROS, 0, ChaCha20.BLOCK_BYTES, piece, 0);
      authenticator.init(piece, 0);
    }

    void load(MemorySegment memory, long offset, int count) {
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, piece, 0, count);
    }

    void store(MemorySegment memory, long offset, int count) {
      MemorySegment.copy(piece, 0, memory, ValueLayout.JAVA_BYTE, offset, count);
    }

    /** Not doFinal, which would set the cipher up once more for a packet that never comes. */
    void crypt(int count) throws GeneralSecurityException {
      cipher.update(piece, 0, count, piece, 0);
    }

    void finishTag(int length) {
      authenticator.updateLengths(0, length);
      authenticator.finish(tag, 0);
    }

    /** Makes the cipher overwrite its copy of the key with the wiped one. */
    void wipe(RawKey wipedKey) {
      try {
        start(wipedKey, 0);
      } catch (GeneralSecurityException e) {
        throw new AssertionError("the JDK's ChaCha20 refused to work", e);
      }
      authenticator.wipe();
      ConstantTime.wipe(nonce, piece, tag);
    }
  }

  /** Key bytes in JCE's terms; unlike {@code SecretKeySpec} they can be wiped. */
  private static final class RawKey implements java.security.Key {

    private static final long serialVersionUID = 1;

    private final transient byte[] bytes = new byte[KEY_BYTES];

    RawKey(byte[] key, int offset) {
      System.arraycopy(key, offset, bytes, 0, KEY_BYTES);
    }

    void wipe() {
      ConstantTime.wipe(bytes);
    }

    @Override
    public String getAlgorithm() {
      return "ChaCha20";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    /** A copy, which the cipher keeps and zeroes when the next one comes. */
    @Override
    public byte[] getEncoded() {
      return bytes.clone();
    }
  }
}
