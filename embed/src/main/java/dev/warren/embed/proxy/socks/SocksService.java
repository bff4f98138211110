package dev.warren.embed.proxy.socks;

import dev.warren.config.proxy.Credentials;
import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.packet.owner.Shared;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A SOCKS 5 proxy into a network; names are resolved there.
 *
 * <p>CONNECT and UDP ASSOCIATE are served, BIND is not. SOCKS 4 is told that its request is
 * rejected. Where there are credentials a client must know them; where there are none it must not
 * ask for them.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> reply codes; what is no SOCKS at all gets no answer.
 *
 * <p><b>Source:</b> RFC 1928, RFC 1929.
 */
@Shared
public final class SocksService implements Service {
  static final byte VERSION = 5;
  private static final int VERSION_4 = 4;

  private static final int CONNECT = 1;
  private static final int ASSOCIATE = 3;

  private static final int METHOD_OPEN = 0;
  private static final int METHOD_PASSWORD = 2;
  private static final byte NO_METHOD = (byte) 0xff;
  private static final byte PASSWORD_VERSION = 1;

  /** The request is rejected (SOCKS 4). */
  private static final byte[] REJECTED_4 = {0, 91, 0, 0, 0, 0, 0, 0};

  private static final int BUFFER_BYTES = 2_048;
  private static final Duration SPARE = Duration.ofSeconds(5);

  private final Network network;
  private final Network host;
  private final @Nullable Credentials credentials;
  private final ProxyLimits limits;
  private final Semaphore associations;

  /**
   * A proxy.
   *
   * @param network where it leads
   * @param host where its clients are, for the sockets of their datagrams
   */
  public SocksService(
      Network network, Network host, @Nullable Credentials credentials, ProxyLimits limits) {
    this.network = network;
    this.host = host;
    this.credentials = credentials;
    this.limits = limits;
    this.associations = new Semaphore(limits.flows());
  }

  @Override
  public byte[] full() {
    return new byte[] {VERSION, NO_METHOD};
  }

  @Override
  public void serve(Connection connection) throws IOException {
    Socket client = connection.client();
    client.setTcpNoDelay(true);
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER_BYTES));
    try {
      if (greet(connection, in)) {
        obey(connection, in);
      }
    } catch (SocksRefused e) {
      connection.counters().refused(e.why);
      connection.farewell(e.reply.bytes());
    } catch (EOFException e) {
      connection.counters().refused(Refusal.BAD_REQUEST);
      throw e;
    }
  }

  /** Agrees on a method and asks for the password; whether the client is let in. */
  private boolean greet(Connection connection, DataInputStream in) throws IOException {
    int version = in.read();
    if (version < 0) {
      return false; // It only looked whether we are there.
    }
    if (version != VERSION) {
      connection.counters().refused(Refusal.UNSUPPORTED);
      if (version == VERSION_4) {
        connection.farewell(REJECTED_4);
      }
      return false;
    }
    byte[] methods = new byte[in.readUnsignedByte()];
    in.readFully(methods);
    int wanted = credentials == null ? METHOD_OPEN : METHOD_PASSWORD;
    boolean offered = false;
    for (byte method : methods) {
      offered |= method == wanted;
    }
    if (!offered) {
      connection.counters().refused(Refusal.UNAUTHENTICATED);
      connection.farewell(new byte[] {VERSION, NO_METHOD});
      return false;
    }
    connection.client().getOutputStream().write(new byte[] {VERSION, (byte) wanted});
    return credentials == null || knows(connection, in, credentials);
  }

  private static boolean knows(Connection connection, DataInputStream in, Credentials credentials)
      throws IOException {
    boolean good = in.readUnsignedByte() == PASSWORD_VERSION;
    byte[] user = new byte[in.readUnsignedByte()];
    in.readFully(user);
    byte[] password = new byte[in.readUnsignedByte()];
    in.readFully(password);
    good &= credentials.matches(user, password);
    if (!good) {
      connection.counters().refused(Refusal.UNAUTHENTICATED);
      connection.farewell(new byte[] {PASSWORD_VERSION, 1});
      return false;
    }
    connection.client().getOutputStream().write(new byte[] {PASSWORD_VERSION, 0});
    return true;
  }

  private void obey(Connection connection, DataInputStream in) throws IOException {
    int version = in.readUnsignedByte();
    int command = in.readUnsignedByte();
    int reserved = in.readUnsignedByte();
    InetSocketAddress where = SocksAddress.read(in);
    if (version != VERSION || reserved != 0) {
      throw new SocksRefused(SocksReply.FAILURE, Refusal.BAD_REQUEST);
    }
    switch (command) {
      case CONNECT -> connect(connection, in, where);
      case ASSOCIATE -> associate(connection, in, where);
      default -> throw new SocksRefused(SocksReply.COMMAND_NOT_SUPPORTED, Refusal.UNSUPPORTED);
    }
  }

  private void connect(Connection connection, DataInputStream in, InetSocketAddress where)
      throws IOException {
    if (where.getPort() == 0) {
      throw new SocksRefused(SocksReply.FAILURE, Refusal.BAD_REQUEST);
    }
    connection.within(limits.dial().plus(SPARE));
    Socket other;
    try {
      other = network.dial(where, limits.dial());
    } catch (IOException e) {
      Refusal why = Refusal.of(e);
      throw new SocksRefused(SocksReply.of(why), why);
    }
    connection.attach(other);
    InetSocketAddress bound = new InetSocketAddress(other.getLocalAddress(), other.getLocalPort());
    connection.client().getOutputStream().write(SocksReply.SUCCEEDED.bytes(bound));
    connection.relay(in, other, limits);
  }

  private void associate(Connection connection, DataInputStream in, InetSocketAddress where)
      throws IOException {
    if (!associations.tryAcquire()) {
      throw new SocksRefused(SocksReply.FAILURE, Refusal.FULL);
    }
    try {
      associated(connection, in, where);
    } finally {
      associations.release();
    }
  }

  private void associated(Connection connection, DataInputStream in, InetSocketAddress where)
      throws IOException {
    SocksAssociation association;
    try {
      association = new SocksAssociation(connection, network, host, where.getPort(), limits);
    } catch (IOException e) {
      throw new SocksRefused(SocksReply.FAILURE, Refusal.FAILED);
    }
    connection
        .client()
        .getOutputStream()
        .write(SocksReply.SUCCEEDED.bytes(association.relayAddress()));
    association.run(in);
  }
}
