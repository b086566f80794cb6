package io.vpccni.ipamd.config;

import io.vpccni.ipamd.config.Setting.Invalid;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;

/** Lists the settings of one section, in the order in which they are written down. */
final class Section {
  private final String title;
  private final List<Setting<?>> settings = new ArrayList<>();

  Section(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  List<Setting<?>> settings() {
    return List.copyOf(settings);
  }

  <T> Setting<T> add(
      String name, T fallback, String shown, Values<T> values, Invalid invalid, String sentence) {
    var setting = new Setting<>(name, fallback, shown, values, invalid, sentence);
    settings.add(setting);
    return setting;
  }

  Setting<Boolean> flag(String name, boolean fallback, String sentence) {
    return add(name, fallback, String.valueOf(fallback), Values.bool(), Invalid.REPLACED, sentence);
  }

  Setting<Integer> number(
      String name, int fallback, Values<Integer> values, Invalid invalid, String sentence) {
    return add(name, fallback, String.valueOf(fallback), values, invalid, sentence);
  }

  /** Adds a setting of any text, of which an empty one is a value. */
  Setting<String> text(String name, String fallback, String sentence) {
    return add(name, fallback, fallback, Values.text("text"), Invalid.NEVER, sentence);
  }

  /** Adds a setting of any text, of which an empty one counts as a missing one. */
  Setting<String> filled(String name, String fallback, String words, String sentence) {
    return add(name, fallback, fallback, Values.filled(words), Invalid.NEVER, sentence);
  }

  Setting<List<Cidr>> cidrs(String name, String sentence) {
    return add(name, List.of(), "", Values.ipv4Cidrs(), Invalid.LEFT_OUT, sentence);
  }
}
