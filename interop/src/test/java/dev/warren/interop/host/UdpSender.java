package dev.warren.interop.host;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends datagrams of the scenario's choice from a host. A sender inside a namespace must be a
 * process of its own: {@link #main} is that process, {@link #send} starts it and waits for its end.
 *
 * <p><b>Shape:</b> the file between them holds each datagram after its length (u16, big-endian).
 */
public final class UdpSender {
  private static final int LONGEST_BYTES = 65_507;

  private UdpSender() {}

  /** Sends all of these, with a pause after each, from a port of the sender's own. */
  public static void send(
      Namespace from, String address, int port, Duration pause, List<byte[]> datagrams) {
    Path file = from.file("datagrams");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (byte[] datagram : datagrams) {
        out.writeShort(datagram.length);
        out.write(datagram);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String java = ProcessHandle.current().info().command().orElseThrow();
    List<String> argv =
        List.of(
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classPath(),
            UdpSender.class.getName(),
            address,
            "" + port,
            "" + pause.toNanos(),
            file.toString());
    Duration limit = pause.multipliedBy(datagrams.size()).multipliedBy(3).plusSeconds(60);
    from.attempt(limit, Map.of(), "", argv).orFail();
  }

  /** Where this class was loaded from: the sender needs nothing else. */
  private static String classPath() {
    return Path.of(
            URI.create(
                UdpSender.class.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  /** Arguments: address, port, pause in nanoseconds, file. */
  public static void main(String[] arguments) throws IOException {
    InetAddress address = InetAddress.ofLiteral(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    long pauseNanos = Long.parseLong(arguments[2]);
    byte[] datagram = new byte[LONGEST_BYTES];
    try (DatagramSocket socket = new DatagramSocket();
        DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(Files.newInputStream(Path.of(arguments[3]))))) {
      while (in.available() > 0) {
        int length = in.readUnsignedShort();
        in.readFully(datagram, 0, length);
        send(socket, new DatagramPacket(datagram, length, address, port));
        LockSupport.parkNanos(pauseNanos);
      }
    }
  }

  private static void send(DatagramSocket socket, DatagramPacket packet) throws IOException {
    try {
      socket.send(packet);
    } catch (SocketException e) {
      // An ICMP answer to an earlier datagram shows up here; a bad datagram may well earn one.
      if (socket.isClosed()) {
        throw e;
      }
    }
  }
}
