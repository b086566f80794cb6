package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.List;

/** This is a request that EC2 or the data plane has not answered yet. */
public sealed interface InFlightRequest {
  Instant since();

  record ToAssign(EniId eni, AddressKind kind, int count, Instant since)
      implements InFlightRequest {}

  record ToUnassign(EniId eni, List<Cidr> cidrs, Instant since) implements InFlightRequest {}

  record ToCreate(int card, AddressKind kind, int count, Instant since)
      implements InFlightRequest {}

  record ToFree(EniId eni, Instant since) implements InFlightRequest {}

  record ToDescribe(Instant since) implements InFlightRequest {}

  record ToListVeths(Instant since) implements InFlightRequest {}
}
