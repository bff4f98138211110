package dev.warren.engine;

import dev.warren.packet.Batch;
import dev.warren.packet.Thinning;
import dev.warren.packet.TunPort;
import dev.warren.packet.UdpPort;

/** Ports that work until a test tells them to refuse: a negative errno, or a bug that throws. */
final class FaultyPorts {
  private FaultyPorts() {}

  /** A TUN port in front of another. */
  static final class Tun implements TunPort {
    private final TunPort inner;
    volatile int readError;
    volatile int writeError;
    volatile boolean throwsOnRead;

    Tun(TunPort inner) {
      this.inner = inner;
    }

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public int mtu() {
      return inner.mtu();
    }

    @Override
    public int read(Batch batch) {
      if (throwsOnRead) {
        throw new AssertionError("a bug of the test's making");
      }
      batch.clear();
      return readError < 0 ? readError : inner.read(batch);
    }

    @Override
    public int write(Batch batch) {
      return writeError < 0 ? writeError : inner.write(batch);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** A UDP port in front of another. */
  static final class Udp implements UdpPort {
    private final UdpPort inner;
    volatile int markError;
    volatile int bindError;
    volatile int thinError;
    volatile int receiveError;
    volatile boolean throwsOnClose;

    Udp(UdpPort inner) {
      this.inner = inner;
    }

    @Override
    public int bind(int port) {
      return bindError < 0 ? bindError : inner.bind(port);
    }

    @Override
    public void unbind() {
      inner.unbind();
    }

    @Override
    public boolean isBound() {
      return inner.isBound();
    }

    @Override
    public int mark(int fwmark) {
      return markError < 0 ? markError : inner.mark(fwmark);
    }

    @Override
    public int thin(Thinning thinning) {
      return thinError < 0 ? thinError : inner.thin(thinning);
    }

    @Override
    public int receive(Batch batch) {
      batch.clear();
      return receiveError < 0 ? receiveError : inner.receive(batch);
    }

    @Override
    public int send(Batch batch, SendListener listener) {
      return inner.send(batch, listener);
    }

    @Override
    public void close() {
      inner.close();
      if (throwsOnClose) {
        throw new AssertionError("a bug of the test's making");
      }
    }
  }
}
