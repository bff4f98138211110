package dev.warren.packet.offload;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random flows, most of them well behaved for some packets, and then not. */
final class Traffic {
  private final Random random;
  private final List<Wire> flows = new ArrayList<>();
  private final int[] segmentBytes;
  private final int oddities;
  private int current;

  /**
   * Makes some flows.
   *
   * @param oddities in how many of 100 packets something changes
   */
  Traffic(Random random, int flowCount, int segmentLimit, int oddities) {
    this.random = random;
    this.oddities = oddities;
    segmentBytes = new int[flowCount];
    for (int i = 0; i < flowCount; i++) {
      flows.add(flow(random));
      segmentBytes[i] = 1 + random.nextInt(segmentLimit);
    }
  }

  /** A flow's next packet, without payload. */
  static Wire flow(Random random) {
    Wire wire = new Wire();
    wire.v6 = random.nextBoolean();
    wire.source = address(random, wire.v6);
    wire.destination = address(random, wire.v6);
    wire.protocol = random.nextInt(3) == 0 ? 17 : 6;
    wire.sourcePort = 1 + random.nextInt(3); // close to each other: the same flow but for one field
    wire.destinationPort = 1 + random.nextInt(3);
    wire.tos = random.nextInt(4);
    wire.ttl = 1 + random.nextInt(255);
    wire.id = random.nextInt(1 << 16);
    wire.df = random.nextInt(3) > 0;
    wire.flowLabel = wire.v6 ? random.nextInt(1 << 20) : 0;
    wire.sequence = random.nextBoolean() ? random.nextInt() : -random.nextInt(4000);
    wire.acknowledgement = random.nextInt();
    wire.window = random.nextInt(1 << 16);
    if (wire.tcp()) {
      wire.tcpOptions = new byte[4 * random.nextInt(random.nextBoolean() ? 4 : 11)];
      random.nextBytes(wire.tcpOptions);
    }
    return wire;
  }

  private static byte[] address(Random random, boolean v6) {
    byte[] out = new byte[v6 ? 16 : 4];
    out[0] = (byte) (v6 ? 0xfd : 10);
    out[random.nextInt(out.length - 1) + 1] = (byte) random.nextInt(2);
    return out;
  }

  /** The next packet of any of the flows. */
  Wire next() {
    if (random.nextInt(4) == 0) {
      current = random.nextInt(flows.size());
    }
    Wire flow = flows.get(current);
    int bytes = segmentBytes[current];
    Wire packet = flow.clone();
    packet.payload = new byte[random.nextInt(12) == 0 ? random.nextInt(bytes + 1) : bytes];
    random.nextBytes(packet.payload);
    if (packet.tcp() && random.nextInt(12) == 0) {
      packet.flags |= random.nextInt(3) == 0 ? Wire.FIN : Wire.PSH;
    }
    if (random.nextInt(100) < oddities) {
      spoil(packet, flow);
    }
    flow.sequence = packet.sequence + packet.payload.length;
    flow.id = (packet.id + 1) & 0xffff;
    return packet;
  }

  /** Changes a packet in some way, or its flow from this packet on. */
  private void spoil(Wire packet, Wire flow) {
    switch (random.nextInt(21)) {
      case 0 -> packet.badChecksum = packet.tcp() || packet.udp();
      case 1 -> packet.badIpChecksum = !packet.v6;
      case 2 -> packet.tos = flow.tos = (flow.tos + 1) & 0xff;
      case 3 -> packet.ttl = flow.ttl = 1 + random.nextInt(255);
      case 4 -> packet.acknowledgement = flow.acknowledgement += random.nextInt(3000);
      case 5 -> packet.window = flow.window = random.nextInt(1 << 16);
      case 6 -> packet.sequence += random.nextInt(4000) - 2000;
      case 7 -> packet.id = random.nextInt(1 << 16);
      case 8 -> packet.flags ^= 1 << random.nextInt(9); // SYN, RST, URG, CWR, no ACK ...
      case 9 -> packet.flags = flow.flags ^= Wire.ECE;
      case 10 -> packet.urgent = packet.tcp() ? random.nextInt(5) : 0;
      case 11 -> options(packet, flow);
      case 12 -> fragment(packet);
      case 13 -> packet.ipOptions = packet.v6 ? new byte[0] : new byte[] {1, 1, 1, 0};
      case 14 -> extend(packet);
      case 15 -> packet.payload = new byte[0];
      case 16 -> segmentBytes[current] = 1 + random.nextInt(segmentBytes[current] * 2);
      case 17 -> packet.noChecksum = packet.udp();
      case 18 -> packet.lengthError = packet.udp() ? 1 + random.nextInt(5) : 0;
      case 19 -> packet.protocol = random.nextBoolean() ? 1 : 50;
      default -> packet.df = flow.df = !flow.df;
    }
  }

  private void options(Wire packet, Wire flow) {
    if (packet.tcp() && packet.tcpOptions.length > 0) {
      // A new array: older packets share the one before.
      flow.tcpOptions = packet.tcpOptions = packet.tcpOptions.clone();
      packet.tcpOptions[random.nextInt(packet.tcpOptions.length)]++;
    }
  }

  private void fragment(Wire packet) {
    if (packet.v6) {
      packet.extension = new byte[8];
      packet.extensionType = 44;
    } else {
      packet.moreFragments = random.nextBoolean();
      packet.fragmentOffset = packet.moreFragments && random.nextBoolean() ? 0 : 8;
    }
  }

  private void extend(Wire packet) {
    if (packet.v6) {
      packet.extension = new byte[8];
      packet.extensionType = new int[] {0, 43, 60}[random.nextInt(3)];
    }
  }
}
