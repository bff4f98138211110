package dev.warren.config;

import dev.warren.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The settings that {@code wg-quick} adds to {@code [Interface]}.
 *
 * <p>{@code wg-quick} hands most values on to other programs without a look; here they are looked
 * at, so that a mistake is found before anything is done.
 *
 * <p><b>Source:</b> wireguard-tools' {@code wg-quick/linux.bash}, {@code parse_options}.
 */
final class QuickSettings {
  static final List<String> NAMES =
      List.of(
          "Address", "MTU", "DNS", "Table", "PreUp", "PostUp", "PreDown", "PostDown", "SaveConfig");

  /** The smallest MTU that IPv4 allows (RFC 791). */
  private static final int MIN_MTU = 68;

  private static final int MAX_MTU = 65_535;

  private QuickSettings() {}

  /** Reads a setting; false when it is none of wg-quick's. */
  static boolean read(
      InterfaceConfig.Builder device, String key, String value, List<Value.Bad<?>> bad) {
    switch (key.toLowerCase(Locale.ROOT)) {
      case "address" -> addresses(device, value, bad);
      case "mtu" -> mtu(device, value, bad);
      case "dns" -> dns(device, value, bad);
      case "table" -> table(device, value, bad);
      case "preup" -> command(value, bad, device::preUp);
      case "postup" -> command(value, bad, device::postUp);
      case "predown" -> command(value, bad, device::preDown);
      case "postdown" -> command(value, bad, device::postDown);
      case "saveconfig" -> saveConfig(device, value, bad);
      default -> {
        return false;
      }
    }
    return true;
  }

  private interface Commands {
    InterfaceConfig.Builder add(String command);
  }

  private static void command(String value, List<Value.Bad<?>> bad, Commands commands) {
    if (value.isEmpty()) {
      bad.add(bad(0, "no command", "a command for bash"));
    } else {
      commands.add(value);
    }
  }

  private static void addresses(
      InterfaceConfig.Builder device, String value, List<Value.Bad<?>> bad) {
    List<Integer> starts = new ArrayList<>();
    List<String> items = items(value, starts);
    if (items.isEmpty()) {
      bad.add(bad(0, "no address", "addresses such as 10.0.0.2/24, fd00::2/64"));
    }
    for (int i = 0; i < items.size(); i++) {
      PrefixText parts = PrefixText.parse(items.get(i));
      IpAddress address = parts.address();
      if (address == null) {
        bad.add(bad(starts.get(i), "not an address", "an address such as 10.0.0.2/24"));
        continue;
      }
      if (parts.length() < 0) {
        bad.add(
            bad(
                starts.get(i) + parts.lengthAt(),
                "not a prefix length",
                "a number from 0 to " + address.bits()));
        continue;
      }
      device.address(new InterfaceAddress(address, parts.length()));
    }
  }

  private static void mtu(InterfaceConfig.Builder device, String value, List<Value.Bad<?>> bad) {
    long mtu = CNumbers.digits(value, 0, 10);
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      bad.add(bad(0, "not an MTU", "a number from " + MIN_MTU + " to " + MAX_MTU));
    } else {
      device.mtu((int) mtu);
    }
  }

  private static void dns(InterfaceConfig.Builder device, String value, List<Value.Bad<?>> bad) {
    List<Integer> starts = new ArrayList<>();
    List<String> items = items(value, starts);
    if (items.isEmpty()) {
      bad.add(bad(0, "no resolver", "addresses of resolvers, and search domains"));
    }
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i);
      if (!looksNumeric(item)) {
        device.dnsSearch(item);
        continue;
      }
      IpAddress address = IpAddress.parse(item);
      if (address == null) {
        bad.add(bad(starts.get(i), "not an address", "an address of a resolver"));
      } else {
        device.dns(address);
      }
    }
  }

  /** What wg-quick takes for an address: digits and dots, or something with a colon. */
  private static boolean looksNumeric(String item) {
    if (item.indexOf(':') >= 0) {
      return true;
    }
    for (int i = 0; i < item.length(); i++) {
      if (item.charAt(i) != '.' && !CNumbers.isDigit(item.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static void table(InterfaceConfig.Builder device, String value, List<Value.Bad<?>> bad) {
    boolean good = !value.isEmpty();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      good &= c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
    }
    boolean number = good && CNumbers.isDigit(value.charAt(0));
    RouteTable table = new RouteTable(value);
    if (!good || (number && (table.number() < 0 || table.number() == 0))) {
      bad.add(bad(0, "not a routing table", "off, auto, a number from 1 or a table's name"));
    } else {
      device.table(table);
    }
  }

  private static void saveConfig(
      InterfaceConfig.Builder device, String value, List<Value.Bad<?>> bad) {
    // As wg-quick compares: without regard to case.
    boolean yes = CNumbers.sameIgnoringCase(value, "true");
    if (yes || CNumbers.sameIgnoringCase(value, "false")) {
      device.saveConfig(yes);
    } else {
      bad.add(
          new Value.Bad<Boolean>(
              0,
              "neither true nor false",
              "true or false",
              "`" + value + "' is neither true nor false"));
    }
  }

  private static Value.Bad<String> bad(int at, String what, String expected) {
    return new Value.Bad<>(at, what, expected, what + "; expected " + expected);
  }

  /** Splits at commas and white space. */
  private static List<String> items(String value, List<Integer> starts) {
    List<String> items = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= value.length(); i++) {
      boolean separator =
          i == value.length() || value.charAt(i) == ',' || CNumbers.isSpace(value.charAt(i));
      if (separator && start >= 0) {
        items.add(value.substring(start, i));
        starts.add(start);
        start = -1;
      } else if (!separator && start < 0) {
        start = i;
      }
    }
    return items;
  }
}
