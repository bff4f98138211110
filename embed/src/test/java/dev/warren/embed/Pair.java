package dev.warren.embed;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two ends of a network in one JVM: two tunnels, or the JDK's own loopback to compare with. */
interface Pair extends AutoCloseable {
  /** Whose sockets. */
  enum Kind {
    JDK,
    NATIVE,
    NIO
  }

  static Pair open(Kind kind) throws IOException {
    return kind == Kind.JDK ? new Loopback() : new Tunnels(kind == Kind.NATIVE);
  }

  Socket clientSocket() throws IOException;

  ServerSocket serverSocket() throws IOException;

  DatagramSocket clientDatagrams() throws IOException;

  DatagramSocket serverDatagrams() throws IOException;

  InetAddress serverAddress();

  InetAddress clientAddress();

  /** An address and port that answers nothing. */
  InetSocketAddress blackHole() throws IOException;

  @Override
  void close() throws IOException;

  /** A server socket that listens on a random port. */
  default ServerSocket listening() throws IOException {
    ServerSocket server = serverSocket();
    server.bind(new InetSocketAddress(serverAddress(), 0));
    return server;
  }

  /** Two sockets that are connected. */
  default Ends connected() throws IOException {
    try (ServerSocket server = listening()) {
      Socket client = clientSocket();
      client.connect(server.getLocalSocketAddress());
      return new Ends(client, server.accept());
    }
  }

  /** A connection's two ends. */
  record Ends(Socket client, Socket server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /** The JDK's own. */
  final class Loopback implements Pair {
    private final List<AutoCloseable> fillers = new ArrayList<>();

    @Override
    public Socket clientSocket() {
      return new Socket();
    }

    @Override
    public ServerSocket serverSocket() throws IOException {
      return new ServerSocket();
    }

    @Override
    public DatagramSocket clientDatagrams() throws IOException {
      return new DatagramSocket(0, clientAddress());
    }

    @Override
    public DatagramSocket serverDatagrams() throws IOException {
      return new DatagramSocket(0, serverAddress());
    }

    @Override
    public InetAddress serverAddress() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress clientAddress() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetSocketAddress blackHole() throws IOException {
      ServerSocket full = new ServerSocket(0, 1, serverAddress());
      fillers.add(full);
      InetSocketAddress at = (InetSocketAddress) full.getLocalSocketAddress();
      for (int i = 0; i < 4; i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(at, 50);
        } catch (IOException e) {
          break; // Full.
        }
      }
      return at;
    }

    @Override
    public void close() throws IOException {
      for (AutoCloseable each : fillers) {
        try {
          each.close();
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }
  }

  /** Two tunnels that are each other's peer. */
  final class Tunnels implements Pair {
    static final String CLIENT_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
    static final String SERVER_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";

    final Tunnel client;
    final Tunnel server;

    Tunnels(boolean isNative) throws IOException {
      this(isNative, null);
    }

    Tunnels(boolean isNative, @Nullable PacketTap tap) throws IOException {
      server =
          Tunnel.builder()
              .privateKey(SERVER_KEY)
              .address("10.9.0.1/24")
              .address("fd09::1/64")
              .nativeAccess(isNative)
              .name("server")
              .open();
      TunnelBuilder builder =
          Tunnel.builder()
              .privateKey(CLIENT_KEY)
              .address("10.9.0.2/24")
              .address("fd09::2/64")
              .nativeAccess(isNative)
              .name("client")
              .peer(
                  PeerSettings.of(server.status().publicKey(), "10.9.0.0/24", "fd09::/64")
                      .at("127.0.0.1:" + server.status().listenPort()));
      if (tap != null) {
        builder.tap(tap);
      }
      client = builder.open();
      server.addPeer(PeerSettings.of(client.status().publicKey(), "10.9.0.2/32", "fd09::2/128"));
    }

    @Override
    public Socket clientSocket() throws IOException {
      return client.socket();
    }

    @Override
    public ServerSocket serverSocket() throws IOException {
      return server.serverSocket();
    }

    @Override
    public DatagramSocket clientDatagrams() throws IOException {
      return client.datagrams(0);
    }

    @Override
    public DatagramSocket serverDatagrams() throws IOException {
      return server.datagrams(0);
    }

    @Override
    public InetAddress serverAddress() {
      return Objects.requireNonNull(server.addresses().getFirst());
    }

    @Override
    public InetAddress clientAddress() {
      return Objects.requireNonNull(client.addresses().getFirst());
    }

    @Override
    public InetSocketAddress blackHole() {
      return new InetSocketAddress(InetAddress.ofLiteral("10.9.0.77"), 7);
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }
}
