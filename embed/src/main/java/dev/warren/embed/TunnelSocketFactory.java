package dev.warren.embed;

import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Properties;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets of a tunnel for libraries that take a {@link SocketFactory}, or its class's name.
 *
 * <p>JDBC drivers make it themselves, from a text or from the connection's properties: the text is
 * the name of a registered tunnel or the path of a configuration file ({@link Tunnels#named}); the
 * properties have it as {@code warrenTunnel} or {@code socketFactoryArg}. Without either the system
 * property {@code warren.tunnel} has it.
 *
 * <p><b>Owner:</b> any thread.
 */
@Immutable
public class TunnelSocketFactory extends SocketFactory {
  /** The connection property that names the tunnel. */
  public static final String PROPERTY = "warrenTunnel";

  private final @Nullable Tunnel tunnel;
  private final String name;

  /** For the tunnel that the system property {@code warren.tunnel} names. */
  public TunnelSocketFactory() {
    this(System.getProperty(Tunnels.PROPERTY, ""));
  }

  /** For the tunnel of this name, or of this configuration file. */
  public TunnelSocketFactory(String name) {
    this.tunnel = null;
    this.name = name;
  }

  /** For the tunnel that a connection's properties name. */
  public TunnelSocketFactory(Properties properties) {
    this(
        properties.getProperty(
            PROPERTY,
            properties.getProperty("socketFactoryArg", System.getProperty(Tunnels.PROPERTY, ""))));
  }

  /** For this tunnel. */
  public TunnelSocketFactory(Tunnel tunnel) {
    this.tunnel = tunnel;
    this.name = tunnel.name();
  }

  private Tunnel tunnel() throws IOException {
    if (tunnel != null) {
      return tunnel;
    }
    if (name.isEmpty()) {
      throw new IOException(
          "which tunnel? name it by the property "
              + PROPERTY
              + " of the connection or "
              + Tunnels.PROPERTY
              + " of the system");
    }
    return Tunnels.named(name);
  }

  @Override
  public Socket createSocket() throws IOException {
    return tunnel().socket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return tunnel().dial(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return tunnel().dial(new InetSocketAddress(host, port), Duration.ZERO);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return bound(
        InetSocketAddress.createUnresolved(host, port),
        new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return bound(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  private Socket bound(SocketAddress to, SocketAddress from) throws IOException {
    Socket socket = createSocket();
    try {
      socket.bind(from);
      socket.connect(to);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
