package dev.warren.config;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ADDRESS/LENGTH}, or an address alone, says as {@code wg} reads it.
 *
 * @param host what stands for the address
 * @param address the address, null when it is none
 * @param length how many of its bits count; -1 when that is not to be read, or the address is none
 * @param lengthAt where the length stands
 */
@Immutable
record PrefixText(String host, @Nullable IpAddress address, int length, int lengthAt) {
  static PrefixText parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    IpAddress address = IpAddress.parse(host);
    int length = -1;
    if (address != null) {
      long bits = slash < 0 ? address.bits() : CNumbers.digits(text, slash + 1, 10);
      length = bits > address.bits() ? -1 : (int) bits;
    }
    return new PrefixText(host, address, length, slash + 1);
  }
}
