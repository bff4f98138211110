package dev.warren.embed.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpForwardTest {
  private final Rig rig = new Rig(ProxyLimits.usual().withFlows(2));

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private int forward(String host, int port, Duration inactivity) throws IOException {
    DatagramSocket door = rig.datagrams(null, 0);
    int here = door.getLocalPort();
    rig.keep(
        new UdpForward(
            door,
            rig,
            InetSocketAddress.createUnresolved(host, port),
            inactivity,
            rig.limits,
            rig.counters));
    return here;
  }

  private DatagramSocket socket() throws IOException {
    DatagramSocket socket = rig.keep(rig.datagrams(null, 0));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(DatagramSocket socket, int port, String text) throws IOException {
    byte[] bytes = Rig.ascii(text);
    socket.send(new DatagramPacket(bytes, bytes.length, Rig.LOOPBACK, port));
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    return packet;
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void eachClientHasItsAnswers() throws IOException {
    DatagramSocket host = socket();
    int port = forward("echo.test", host.getLocalPort(), Duration.ZERO);
    DatagramSocket one = socket();
    DatagramSocket two = socket();
    send(one, port, "one");
    DatagramPacket fromOne = receive(host);
    send(two, port, "two");
    DatagramPacket fromTwo = receive(host);
    assertEquals("one", text(fromOne));
    assertEquals("two", text(fromTwo));
    fromTwo.setData(Rig.ascii("for two"));
    host.send(fromTwo);
    fromOne.setData(Rig.ascii("for one"));
    host.send(fromOne);
    assertEquals("for one", text(receive(one)));
    assertEquals("for two", text(receive(two)));
    send(one, port, "x".repeat(60_000));
    assertEquals(60_000, receive(host).getLength());
    assertEquals(2, rig.counters.openedCount());
    // Not from the target, so not for the client.
    DatagramSocket stranger = socket();
    stranger.send(new DatagramPacket(new byte[1], 1, fromOne.getSocketAddress()));
    Rig.await("it", () -> rig.counters.refusals(Refusal.STRANGER) == 1);
  }

  @Test
  void whoWasSilentLongestMakesRoom() throws IOException {
    DatagramSocket host = socket();
    int port = forward("127.0.0.1", host.getLocalPort(), Duration.ZERO);
    DatagramSocket one = socket();
    DatagramSocket two = socket();
    send(one, port, "1");
    int portOfOne = receive(host).getPort();
    send(two, port, "2");
    int portOfTwo = receive(host).getPort();
    send(one, port, "1");
    assertEquals(portOfOne, receive(host).getPort());
    send(socket(), port, "3");
    receive(host);
    Rig.await("room", () -> rig.counters.openCount() == 2);
    assertEquals(1, rig.counters.refusals(Refusal.FULL));
    send(one, port, "1");
    assertEquals(portOfOne, receive(host).getPort());
    send(two, port, "2");
    assertEquals(false, portOfTwo == receive(host).getPort());
  }

  @Test
  void theSilentAreForgotten() throws IOException {
    DatagramSocket host = socket();
    int port = forward("127.0.0.1", host.getLocalPort(), Duration.ofMillis(100));
    send(socket(), port, "1");
    receive(host);
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }

  @Test
  void anUnknownTarget() throws IOException {
    int port = forward("unknown.test", 9, Duration.ZERO);
    send(socket(), port, "1");
    Rig.await("it", () -> rig.counters.refusals(Refusal.UNKNOWN_HOST) == 1);
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }
}
