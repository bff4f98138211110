package dev.warren.linux;

/** What the kernel can do for many packets at once. */
public enum Offload {
  /** TCP segments cross the interface joined, in both directions. */
  TUN_TSO("joined TCP segments on the interface"),

  /** UDP datagrams cross the interface joined, in both directions (Linux 6.2). */
  TUN_USO("joined UDP datagrams on the interface"),

  /** Sealed messages to one endpoint are sent by one call ({@code UDP_SEGMENT}, Linux 4.18). */
  UDP_GSO("joined datagrams on sending"),

  /** Datagrams of one sender are received joined ({@code UDP_GRO}, to be trusted from 5.12). */
  UDP_GRO("joined datagrams on receiving");

  private final String title;

  Offload(String title) {
    this.title = title;
  }

  /** What it is, for a log line. */
  public String title() {
    return title;
  }
}
