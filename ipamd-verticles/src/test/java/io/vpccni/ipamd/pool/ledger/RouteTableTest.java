package io.vpccni.ipamd.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  @ParameterizedTest(name = "device {0} of card {1}")
  @CsvSource({"0,0,254", "1,0,2", "2,0,3", "1,1,10101", "3,2,10203"})
  void theTableFollowsFromCardAndDevice(int device, int card, int table) {
    var eni = FakeEc2.eni("eni-1", card, device, List.of(), EniKind.ORDINARY, false, true);
    assertThat(EniState.tableOf(eni)).isEqualTo(table);
  }
}
