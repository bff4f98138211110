package dev.warren.cli.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that keeps a tunnel from working.
 *
 * @param cause what kind it is
 * @param peer whom it concerns, or null for the interface
 * @param what in one sentence
 * @param evidence what was seen
 * @param advice what to do
 */
record Finding(
    Cause cause, @Nullable String peer, String what, List<String> evidence, String advice) {

  /** The kinds of trouble. Their names are part of the JSON, in lowercase. */
  enum Cause {
    BAD_CONFIGURATION,
    INTERFACE_MISSING,
    DAEMON_GONE,
    INTERFACE_DOWN,
    NO_ADDRESS,
    NO_PRIVATE_KEY,
    NO_PEERS,
    NOT_APPLIED,
    OWN_KEY,
    OVERLAPPING_ALLOWED_IPS,
    ENDPOINT_UNRESOLVED,
    ENDPOINT_MOVED,
    ENDPOINT_IS_SELF,
    ENDPOINT_IN_TUNNEL,
    NO_ROUTE_TO_ENDPOINT,
    ENDPOINT_UNREACHABLE,
    NOBODY_LISTENS,
    FIREWALL,
    KEY_MISMATCH,
    UNKNOWN_KEY,
    PRESHARED_KEY_MISMATCH,
    CLOCK_BEHIND,
    PEER_CLOCK_BEHIND,
    NO_ANSWER,
    MISSING_ROUTE,
    REVERSE_PATH_FILTER,
    FORWARDING_OFF,
    MTU_BLACK_HOLE
  }

  /** A judgement: findings, and what could not be judged or is no fault. */
  record Verdict(List<Finding> findings, List<String> notes) {}
}
