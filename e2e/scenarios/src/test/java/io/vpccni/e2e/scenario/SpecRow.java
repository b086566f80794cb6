package io.vpccni.e2e.scenario;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.junit.jupiter.api.DynamicTest;

/** One demand of the CNI specification 1.1 on plugins, named by the section that makes it. */
final class SpecRow {
  private SpecRow() {}

  interface Rule {
    void check() throws Exception;
  }

  /**
   * @param section its number and, in section 1, 2 and 5, the heading below it
   */
  static DynamicTest row(String section, String rule, Rule check) {
    return dynamicTest("section " + section + ": " + rule, check::check);
  }
}
