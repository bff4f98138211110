package dev.warren.interop.stack;

import dev.warren.interop.host.Namespace;
import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The kernel's end of a connection, and how to come by one in a namespace. */
final class LinuxStream implements Duplex {
  private final SocketChannel channel;

  LinuxStream(SocketChannel channel) {
    this.channel = channel;
  }

  static InetSocketAddress address(IpAddress address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
  }

  private static StandardProtocolFamily family(IpAddress address) {
    return address.isV6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  /** A socket there, not connected yet. */
  static SocketChannel open(Namespace namespace, IpAddress remote) {
    return Inside.call(namespace, () -> SocketChannel.open(family(remote)));
  }

  static LinuxStream connect(Namespace namespace, IpAddress remote, int port) throws IOException {
    SocketChannel channel = open(namespace, remote);
    channel.connect(address(remote, port));
    return new LinuxStream(channel);
  }

  static ServerSocketChannel listen(Namespace namespace, IpAddress local, int backlog)
      throws IOException {
    ServerSocketChannel channel =
        Inside.call(namespace, () -> ServerSocketChannel.open(family(local)));
    channel.bind(address(local, 0), backlog);
    return channel;
  }

  static DatagramChannel datagrams(Namespace namespace, IpAddress local) throws IOException {
    DatagramChannel channel = Inside.call(namespace, () -> DatagramChannel.open(family(local)));
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
    channel.bind(address(local, 0));
    return channel;
  }

  static int port(ServerSocketChannel channel) throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public int read(byte[] into) throws IOException {
    return channel.read(ByteBuffer.wrap(into));
  }

  @Override
  public void write(byte[] from, int length) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(from, 0, length);
    while (data.hasRemaining()) {
      channel.write(data);
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void abort() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
