package dev.warren.linux.route;

import org.jspecify.annotations.Nullable;

/**
 * A rule of the routing policy: which packets look into which table.
 *
 * <p><b>Shape:</b> a message has the body {u8 family, u8 destination length, u8 source length, u8
 * type of service, u8 table, 2 bytes, u8 action, u32 flags}. A table above 255 is an attribute.
 *
 * <p><b>Source:</b> ip-rule(8); Linux {@code include/uapi/linux/fib_rules.h}, {@code
 * net/core/fib_rules.c}.
 *
 * @param v6 of which family's policy it is a part
 * @param priority its place, the lowest first; {@link #ANY_PRIORITY} lets the kernel put it before
 *     all others but the one for the host's own addresses
 * @param inverted whether it is for packets that the rest does not fit
 * @param mark the firewall mark it asks for, or 0
 * @param table where to look
 * @param suppressedLength routes with prefixes of this length or shorter do not count, or {@link
 *     #NOTHING_SUPPRESSED}
 * @param plain whether these fields are all it asks for; one read may ask for more
 */
public record Rule(
    boolean v6,
    int priority,
    boolean inverted,
    int mark,
    int table,
    int suppressedLength,
    boolean plain) {
  public static final int ANY_PRIORITY = -1;
  public static final int NOTHING_SUPPRESSED = -1;

  static final int RTM_NEWRULE = 32;
  static final int RTM_DELRULE = 33;
  static final int RTM_GETRULE = 34;
  static final int BODY_BYTES = 12;

  private static final int FAMILY = 0;
  private static final int DESTINATION_LENGTH = 1;
  private static final int SOURCE_LENGTH = 2;
  private static final int TOS = 3;
  private static final int TABLE = 4;
  private static final int ACTION = 7;
  private static final int FLAGS = 8;
  private static final int FR_ACT_TO_TBL = 1;
  private static final int FIB_RULE_INVERT = 2;

  private static final int FRA_PRIORITY = 6;
  private static final int FRA_FWMARK = 10;
  private static final int FRA_SUPPRESS_PREFIXLEN = 14;
  private static final int FRA_TABLE = 15;
  private static final int FRA_FWMASK = 16;

  /**
   * Attributes that ask for more than these fields can say: interfaces, flow, tunnel id, group,
   * user, protocol, ports, L3 device.
   */
  private static final int[] SELECTORS = {3, 11, 12, 13, 17, 19, 20, 22, 23, 24};

  private static final int ALL_BITS = -1;

  /** The rule that has packets without a mark look into a table. */
  public static Rule unlessMarked(boolean v6, int mark, int table) {
    return new Rule(v6, ANY_PRIORITY, true, mark, table, NOTHING_SUPPRESSED, true);
  }

  /** The rule that has all packets look into the main table for all but its default route. */
  public static Rule mainWithoutDefault(boolean v6) {
    return new Rule(v6, ANY_PRIORITY, false, 0, Route.MAIN_TABLE, 0, true);
  }

  /** Whether both ask for the same and lead to the same, wherever they stand. */
  public boolean isLike(Rule other) {
    return v6 == other.v6
        && inverted == other.inverted
        && mark == other.mark
        && table == other.table
        && suppressedLength == other.suppressedLength
        && plain == other.plain;
  }

  static @Nullable Rule read(RouteReply reply) {
    int family = reply.u8(FAMILY);
    if (reply.type() != RTM_NEWRULE
        || (family != RouteMessage.AF_INET && family != RouteMessage.AF_INET6)) {
      return null;
    }
    Attributes attributes = reply.attributes(BODY_BYTES);
    boolean plain =
        reply.u8(ACTION) == FR_ACT_TO_TBL
            && reply.u8(DESTINATION_LENGTH) == 0
            && reply.u8(SOURCE_LENGTH) == 0
            && reply.u8(TOS) == 0
            && (!attributes.has(FRA_FWMARK) || attributes.number(FRA_FWMASK, ALL_BITS) == ALL_BITS);
    for (int selector : SELECTORS) {
      plain &= !attributes.has(selector);
    }
    return new Rule(
        family == RouteMessage.AF_INET6,
        attributes.number(FRA_PRIORITY, 0),
        (reply.u32(FLAGS) & FIB_RULE_INVERT) != 0,
        attributes.number(FRA_FWMARK, 0),
        attributes.number(FRA_TABLE, reply.u8(TABLE)),
        attributes.number(FRA_SUPPRESS_PREFIXLEN, NOTHING_SUPPRESSED),
        plain);
  }

  RouteMessage addRequest() {
    int flags = RouteMessage.NLM_F_ACK | RouteMessage.NLM_F_CREATE | RouteMessage.NLM_F_EXCL;
    return write(new RouteMessage("RTM_NEWRULE", RTM_NEWRULE, flags, BODY_BYTES));
  }

  RouteMessage removeRequest() {
    return write(new RouteMessage("RTM_DELRULE", RTM_DELRULE, RouteMessage.NLM_F_ACK, BODY_BYTES));
  }

  private RouteMessage write(RouteMessage message) {
    message
        .u8(FAMILY, RouteMessage.family(v6))
        .u8(ACTION, FR_ACT_TO_TBL)
        .u32(FLAGS, inverted ? FIB_RULE_INVERT : 0)
        .attribute(FRA_TABLE, table);
    if (priority != ANY_PRIORITY) {
      message.attribute(FRA_PRIORITY, priority);
    }
    if (mark != 0) {
      message.attribute(FRA_FWMARK, mark);
    }
    return suppressedLength == NOTHING_SUPPRESSED
        ? message
        : message.attribute(FRA_SUPPRESS_PREFIXLEN, suppressedLength);
  }

  static RouteMessage listRequest(boolean v6) {
    return new RouteMessage("RTM_GETRULE", RTM_GETRULE, RouteMessage.NLM_F_DUMP, BODY_BYTES)
        .u8(FAMILY, RouteMessage.family(v6));
  }
}
