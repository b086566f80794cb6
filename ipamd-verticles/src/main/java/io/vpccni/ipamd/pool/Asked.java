package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.List;

/** What EC2 or the data plane was asked and has not answered yet. */
sealed interface Asked {
  Instant since();

  record ToAssign(EniId eni, AddressKind kind, int count, Instant since) implements Asked {}

  record ToUnassign(EniId eni, List<Cidr> cidrs, Instant since) implements Asked {}

  record ToCreate(int card, AddressKind kind, int count, Instant since) implements Asked {}

  record ToFree(EniId eni, Instant since) implements Asked {}

  record ToDescribe(Instant since) implements Asked {}

  record ToListVeths(Instant since) implements Asked {}
}
