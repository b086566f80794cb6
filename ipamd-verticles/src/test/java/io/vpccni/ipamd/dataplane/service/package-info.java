@NullMarked
package io.vpccni.ipamd.dataplane.service;

import org.jspecify.annotations.NullMarked;
