package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/** One address of a pod. */
public record Held(Ip ip, int networkCard, EniId eni) {}
