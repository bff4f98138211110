package dev.warren.embed.dns;

/** Why a message cannot be read. */
enum DnsFlaw implements DnsDecoded {
  /** It ends before what it announces. */
  SHORT("it ends too early"),
  NOT_A_REPLY("it is no reply"),
  QUESTIONS("it repeats more than one question"),
  /** A length with its top bits 01 or 10. */
  LABEL("it has a label of an unknown kind"),
  /** A compression pointer that does not lead backwards, or one of too many. */
  POINTER("a name in it leads in a circle"),
  NAME_TOO_LONG("a name in it is too long"),
  /** An address of a wrong length, a name that does not fill its record, two OPT records. */
  DATA("a record in it is damaged");

  private final String text;

  DnsFlaw(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
