package dev.warren.engine;

import dev.warren.crypto.Aead;
import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** The real cryptography, but it knows which of the keys it made are not wiped yet. */
final class KeyWatch {
  private final AtomicInteger open = new AtomicInteger();

  /** Set by a test to have every seal refused. */
  volatile boolean refusesToSeal;

  int openCount() {
    return open.get();
  }

  X25519 x25519() {
    X25519 real = CryptoEngines.x25519();
    return new X25519() {
      @Override
      public String name() {
        return real.name();
      }

      @Override
      public PrivateKey importPrivate(Secret secret) {
        open.incrementAndGet();
        return new WatchedKey(real.importPrivate(secret));
      }
    };
  }

  AeadEngine aead() {
    AeadEngine real = CryptoEngines.aead();
    return new AeadEngine() {
      @Override
      public String name() {
        return real.name();
      }

      @Override
      public boolean isShareable() {
        return real.isShareable();
      }

      @Override
      public Aead create(byte[] key, int offset) {
        open.incrementAndGet();
        return new WatchedAead(real.create(key, offset));
      }
    };
  }

  private final class WatchedKey implements PrivateKey {
    private final PrivateKey inner;
    private boolean closed;

    WatchedKey(PrivateKey inner) {
      this.inner = inner;
    }

    @Override
    public PublicKey publicKey() {
      return inner.publicKey();
    }

    @Override
    public Secret secret() {
      return inner.secret();
    }

    @Override
    public boolean agree(PublicKey peer, byte[] out) {
      return inner.agree(peer, out);
    }

    @Override
    public void close() {
      inner.close();
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }

  private final class WatchedAead implements Aead {
    private final Aead inner;
    private boolean closed;

    WatchedAead(Aead inner) {
      this.inner = inner;
    }

    @Override
    public boolean seal(long counter, MemorySegment memory, long offset, int length) {
      return !refusesToSeal && inner.seal(counter, memory, offset, length);
    }

    @Override
    public boolean open(long counter, MemorySegment memory, long offset, int length) {
      return inner.open(counter, memory, offset, length);
    }

    @Override
    public void close() {
      inner.close();
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
