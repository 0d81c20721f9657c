import { Injectable } from '@nestjs/common';

/** The wall clock as a dependency, so that a test can set the time. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
