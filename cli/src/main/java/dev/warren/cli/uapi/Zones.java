package dev.warren.cli.uapi;

import dev.warren.packet.IpAddress;
import java.io.File;

/**
 * Zones of link-local addresses: names of interfaces and their numbers, from {@code
 * /sys/class/net}.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Source:</b> RFC 4007 §11; glibc: a name where the interface exists, else the number.
 */
public final class Zones {
  private final File classNet;

  /** Looks in this folder, {@code /sys/class/net} but in tests. */
  public Zones(File classNet) {
    this.classNet = classNet;
  }

  /** The number of an interface, 0 for none. */
  public int index(String name) {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      return 0;
    }
    String text = SmallFile.read(new File(classNet, name + "/ifindex")).trim();
    try {
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** How the C library shows this zone of this address: a name is for link-local ones alone. */
  public String shown(IpAddress address, String zone) {
    boolean isNumber = !zone.isEmpty();
    for (int i = 0; i < zone.length(); i++) {
      isNumber &= zone.charAt(i) >= '0' && zone.charAt(i) <= '9';
    }
    if (!isNumber || !address.isLinkLocalV6()) {
      return zone;
    }
    String[] names = classNet.list();
    if (names != null) {
      for (String name : names) {
        if (zone.equals(SmallFile.read(new File(classNet, name + "/ifindex")).trim())) {
          return name;
        }
      }
    }
    return zone;
  }
}
