package dev.warren.embed.socket;

import dev.warren.embed.port.Addresses;
import dev.warren.netstack.Stack;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of one tunnel.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
public final class Sockets {
  /** Finds the addresses of a host, in the order in which they are to be tried; never none. */
  @FunctionalInterface
  public interface Names {
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  private final Stack stack;
  private final Names names;
  private volatile boolean closed;

  /** Sockets of this stack. */
  public Sockets(Stack stack, Names names) {
    this.stack = stack;
    this.names = names;
  }

  /** No more sockets are made; those there are the stack closes. */
  public void close() {
    closed = true;
  }

  /** A socket that is yet to be connected. */
  public Socket socket() throws SocketException {
    return new TunnelSocket(this, new TunnelSocketImpl(this));
  }

  /** A server socket that is yet to be bound. */
  public ServerSocket serverSocket() throws IOException {
    return new TunnelServerSocket(this, new TunnelAcceptor(this));
  }

  /** A datagram socket, bound unless {@code at} is null. */
  public DatagramSocket datagramSocket(@Nullable InetSocketAddress at) throws SocketException {
    DatagramSocket socket = new TunnelDatagramSocket(new TunnelDatagrams(this));
    if (at != null) {
      try {
        socket.bind(at);
      } catch (SocketException e) {
        socket.close();
        throw e;
      }
    }
    return socket;
  }

  Stack stack() throws SocketException {
    if (closed) {
      throw new SocketException(Failures.TUNNEL_CLOSED);
    }
    return stack;
  }

  List<InetAddress> resolve(String host) throws UnknownHostException {
    return names.resolve(host);
  }

  /** The address to bind to, null for all. */
  @Nullable IpAddress local(@Nullable InetAddress address) throws BindException {
    if (address == null || address.isAnyLocalAddress()) {
      return null;
    }
    IpAddress local = Addresses.of(address);
    if (!stack.addresses().contains(local)) {
      throw new BindException("Cannot assign requested address");
    }
    return local;
  }

  /** All addresses, as the family that the tunnel has. */
  InetAddress any() {
    List<IpAddress> own = stack.addresses();
    boolean v6 = !own.isEmpty() && own.stream().allMatch(IpAddress::isV6);
    return Addresses.of(v6 ? IpAddress.v6(0, 0) : IpAddress.v4(0));
  }
}
