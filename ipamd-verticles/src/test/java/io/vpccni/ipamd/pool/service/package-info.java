@NullMarked
package io.vpccni.ipamd.pool.service;

import org.jspecify.annotations.NullMarked;
