package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;

/**
 * A UDP socket of a tunnel.
 *
 * <p>What waits goes past the JDK's class, which would hold a lock meanwhile that the setters want.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
final class TunnelDatagramSocket extends DatagramSocket {
  private final TunnelDatagrams datagrams;

  TunnelDatagramSocket(TunnelDatagrams datagrams) {
    super(datagrams);
    this.datagrams = datagrams;
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    if (!isClosed() && !isBound()) {
      bind(new InetSocketAddress(0));
    }
    try {
      datagrams.receive(packet);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (InterruptedIOException e) {
      close();
      SocketException closed = new SocketException("Closed by interrupt");
      closed.initCause(e);
      throw closed;
    }
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (millis < 0) {
      throw new IllegalArgumentException("timeout < 0");
    }
    datagrams.setOption(SocketOptions.SO_TIMEOUT, millis);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return (int) datagrams.getOption(SocketOptions.SO_TIMEOUT);
  }
}
