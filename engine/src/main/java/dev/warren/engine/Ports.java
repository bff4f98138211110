package dev.warren.engine;

import dev.warren.packet.Doorbell;
import dev.warren.packet.TunPort;
import dev.warren.packet.UdpPort;

/** What a device is connected to, and the doorbell that rings for it. The engine closes them. */
public record Ports(TunPort tun, UdpPort udp, Doorbell doorbell) {}
