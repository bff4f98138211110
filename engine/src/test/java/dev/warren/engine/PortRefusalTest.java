package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.memory.MemoryDoorbell;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryTun;
import dev.warren.packet.memory.MemoryUdp;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the ports refuse is counted; one that is gone ends the device. */
class PortRefusalTest {
  private static final IpAddress OURS = address("192.0.2.1");

  private final List<String> lines = new ArrayList<>();
  private final MemoryTun tun = new MemoryTun("wg0", 1420, 2);
  private final MemoryUdp udp = new MemoryUdp(new MemoryNetwork(), OURS);
  private final Engine engine =
      new Engine(
          new Ports(tun, udp, new MemoryDoorbell()),
          CryptoEngines.x25519(),
          CryptoEngines.aead(),
          RandomSource.secure(),
          () -> 0,
          () -> 1,
          new Log(Log.Level.ERROR, lines::add));

  PortRefusalTest() throws InterruptedException {
    Secret key = Secret.generate(RandomSource.secure());
    PeerChange.Builder peer =
        new PeerChange.Builder(CryptoEngines.x25519().generate(RandomSource.secure()).publicKey());
    peer.allowedIp(new AllowedIpEdit(Objects.requireNonNull(Prefix.parse("10.0.0.2/32")), false));
    peer.endpoint(new Endpoint(address("2001:db8::2"), 51820));
    Future<Integer> result =
        engine.submit(new DeviceChange(key, 51820, null, false, List.of(peer.build())));
    tun.listener(engine);
    tun.up();
    engine.doWork();
    assertEquals(0, result.resultNow());
  }

  @Test
  void datagramsThatCannotBeSentAreCounted() {
    tun.push(packet(2)); // To a peer on IPv6; this host has no such address.
    engine.doWork();
    assertEquals(1, engine.counters().dropped(DropReason.SEND_FAILED));
    assertTrue(engine.isRunning());
  }

  @Test
  void packetsThatTheInterfaceDoesNotTakeAreCounted() {
    for (int i = 0; i < 2; i++) {
      // Without a route: each is answered, but the interface holds only two answers.
      tun.push(packet(77));
      tun.push(packet(77));
      engine.doWork();
    }
    assertEquals(4, engine.counters().dropped(DropReason.NO_ROUTE));
    assertEquals(2, tun.waitingCount());
    assertEquals(2, engine.counters().dropped(DropReason.WRITE_FAILED));
    assertTrue(engine.isRunning());
  }

  @Test
  void anInterfaceThatIsGoneEndsTheDevice() {
    tun.close();
    engine.doWork();
    assertFalse(engine.isRunning());
    assertEquals(1, lines.size());
  }

  @Test
  void portAndMarkReachTheSockets() throws InterruptedException {
    Future<Integer> result = engine.submit(new DeviceChange(null, 51821, 7, false, List.of()));
    engine.doWork();
    assertEquals(0, result.resultNow());
    assertEquals(51821, udp.port());
    assertEquals(7, udp.mark());
  }

  private static byte[] packet(int lastOctet) {
    byte[] packet = new byte[20];
    packet[0] = 0x45;
    packet[3] = 20;
    packet[12] = 10;
    packet[15] = 1;
    packet[16] = 10;
    packet[19] = (byte) lastOctet;
    return packet;
  }

  private static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }
}
