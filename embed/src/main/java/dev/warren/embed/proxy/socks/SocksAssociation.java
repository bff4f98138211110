package dev.warren.embed.proxy.socks;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.Datagrams;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.packet.owner.Shared;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * The datagrams of a SOCKS client, for as long as its connection lasts.
 *
 * <p>They are taken from the client's address alone, and from the port that it named; or else from
 * the first that comes from that address. What comes back is passed on if the client has sent to
 * that address: of these as many are known as flows are allowed, the one that was not sent to for
 * longest is forgotten first.
 *
 * <p><b>Shape:</b> two bytes of 0, the number of the fragment, an address as {@link SocksAddress}
 * has it, data. Fragments are refused.
 *
 * <p><b>Owner:</b> three virtual threads: one for each socket, one for the connection.
 *
 * <p><b>Source:</b> RFC 1928 section 7; RFC 4787 section 5 for what is let back.
 */
@Shared
final class SocksAssociation {
  private static final int MAX_DATAGRAM = 65_535;
  private static final int MAX_NAMES = 256;

  /** How many names may be looked up at a time. */
  private static final int MAX_LOOKUPS = 16;

  private static final long NAME_NANOS = Duration.ofSeconds(60).toNanos();

  private record Known(InetAddress address, long atNanos) {}

  private final Connection connection;
  private final Network network;
  private final ProxyLimits limits;
  private final DatagramSocket door;
  private final DatagramSocket inside;
  private final InetAddress clientAddress;
  private final Set<InetAddress> contacts;
  private final Map<String, Known> names = bounded(MAX_NAMES);
  private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);
  private volatile int clientPort;

  /**
   * Opens its sockets.
   *
   * @param port that the client says it will send from, 0 for any
   */
  SocksAssociation(
      Connection connection, Network network, Network host, int port, ProxyLimits limits)
      throws IOException {
    this.connection = connection;
    this.network = network;
    this.limits = limits;
    this.clientAddress = connection.client().getInetAddress();
    this.clientPort = port;
    this.contacts = Collections.newSetFromMap(bounded(limits.flows()));
    this.door = connection.attach(host.datagrams(connection.client().getLocalAddress(), 0));
    this.inside = connection.attach(network.datagrams(null, 0));
  }

  private static <K, V> Map<K, V> bounded(int size) {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > size;
          }
        });
  }

  /** Where the client sends its datagrams. */
  InetSocketAddress relayAddress() {
    return new InetSocketAddress(door.getLocalAddress(), door.getLocalPort());
  }

  /** Serves until the client ends the connection. */
  void run(InputStream control) throws IOException {
    connection.mayIdle(limits.idle());
    connection.client().setKeepAlive(true);
    Thread.ofVirtual().name("warren-proxy-udp-out").start(this::out);
    Thread.ofVirtual().name("warren-proxy-udp-in").start(this::in);
    byte[] nobodyReads = new byte[64];
    while (control.read(nobodyReads) >= 0) {
      connection.touch();
    }
  }

  // From the client.

  private void out() {
    byte[] buffer = new byte[MAX_DATAGRAM];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    while (Datagrams.receive(door, packet)) {
      if (isClient(packet)) {
        take(packet);
      } else {
        connection.counters().refused(Refusal.STRANGER);
      }
      packet.setLength(buffer.length);
    }
  }

  private boolean isClient(DatagramPacket packet) {
    return packet.getAddress().equals(clientAddress)
        && (clientPort == 0 || packet.getPort() == clientPort);
  }

  private void take(DatagramPacket packet) {
    ByteArrayInputStream bytes =
        new ByteArrayInputStream(packet.getData(), packet.getOffset(), packet.getLength());
    DataInputStream in = new DataInputStream(bytes);
    InetSocketAddress to;
    try {
      int reserved = in.readUnsignedShort();
      int fragment = in.readUnsignedByte();
      to = SocksAddress.read(in);
      if (fragment != 0 || reserved != 0 || to.getPort() == 0) {
        connection.counters().refused(fragment != 0 ? Refusal.FRAGMENT : Refusal.BAD_REQUEST);
        return;
      }
    } catch (IOException e) {
      connection.counters().refused(Refusal.BAD_REQUEST);
      return;
    }
    clientPort = packet.getPort();
    byte[] data = bytes.readAllBytes();
    if (!to.isUnresolved()) {
      send(data, to.getAddress(), to.getPort());
      return;
    }
    String name = to.getHostString();
    Known known = names.get(name);
    if (known != null && System.nanoTime() - known.atNanos < NAME_NANOS) {
      send(data, known.address, to.getPort());
    } else if (lookups.tryAcquire()) {
      // Elsewhere: an answer that does not come must not keep the others waiting.
      Thread.ofVirtual()
          .name("warren-proxy-udp-name")
          .start(() -> sendByName(data, name, to.getPort()));
    } else {
      connection.counters().refused(Refusal.FULL);
    }
  }

  private void sendByName(byte[] data, String name, int port) {
    try {
      InetAddress address = network.resolve(name).getFirst();
      names.put(name, new Known(address, System.nanoTime()));
      send(data, address, port);
    } catch (UnknownHostException e) {
      connection.counters().refused(Refusal.UNKNOWN_HOST);
    } finally {
      lookups.release();
    }
  }

  private void send(byte[] data, InetAddress address, int port) {
    contacts.add(address);
    try {
      inside.send(new DatagramPacket(data, data.length, address, port));
      connection.counters().fromClient(data.length);
      connection.touch();
    } catch (IOException | IllegalArgumentException e) {
      connection.counters().refused(failure(e));
    }
  }

  private static Refusal failure(Exception e) {
    return e instanceof IOException failure ? Refusal.of(failure) : Refusal.BAD_REQUEST;
  }

  // To the client.

  private void in() {
    byte[] buffer = new byte[MAX_DATAGRAM];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    for (; Datagrams.receive(inside, packet); packet.setLength(buffer.length)) {
      int port = clientPort;
      if (port == 0 || !contacts.contains(packet.getAddress())) {
        connection.counters().refused(Refusal.STRANGER);
        continue;
      }
      byte[] answer = wrapped(packet);
      try {
        door.send(new DatagramPacket(answer, answer.length, clientAddress, port));
        connection.counters().toClient(packet.getLength());
        connection.touch();
      } catch (IOException e) {
        connection.counters().refused(Refusal.TOO_LARGE);
      }
    }
  }

  private static byte[] wrapped(DatagramPacket packet) {
    byte[] address =
        SocksAddress.bytes(new InetSocketAddress(packet.getAddress(), packet.getPort()));
    byte[] answer = new byte[3 + address.length + packet.getLength()];
    System.arraycopy(address, 0, answer, 3, address.length);
    System.arraycopy(
        packet.getData(), packet.getOffset(), answer, 3 + address.length, packet.getLength());
    return answer;
  }
}
