// As one writes it with NestJS: an `@Sse` method and a subject.

import 'reflect-metadata';
import { Controller, Get, Injectable, type MessageEvent, Module, Param, Sse } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createInterface } from 'node:readline';
import { Observable, Subject, map, range } from 'rxjs';

@Injectable()
export class Feed {
  readonly events = new Subject<MessageEvent>();

  hello() {
    return { message: 'hello' };
  }
}

@Controller()
export class EventsController {
  constructor(private readonly feed: Feed) {}

  @Sse('events')
  subscribe(): Observable<MessageEvent> {
    return this.feed.events;
  }

  @Sse('burst/:count')
  burst(@Param('count') count: string): Observable<MessageEvent> {
    return range(1, Number(count)).pipe(map((seq) => burst[seq - 1]));
  }

  @Get('hello')
  hello() {
    return this.feed.hello();
  }
}

@Module({ controllers: [EventsController], providers: [Feed] })
export class AppModule {}

/** What `Burst` in `benches/feed` has. */
const burst = Array.from({ length: 50_000 }, (_, at) => event(at + 1, 0n));

/** The text of `event_text` in `benches/feed`, on the same clock. */
function event(seq: number, at = process.hrtime.bigint()): MessageEvent {
  return { id: String(seq), data: `{"seq":${seq},"at":${at},"text":"the quick brown fox jumps over the l"}` };
}

/** Publishes as many as are due by the clock, as `Schedule` in `benches/feed` does. */
async function publish(feed: Feed, before: number, rate: number, count: number): Promise<number> {
  const begun = performance.now();
  let given = 0;
  while (given < count) {
    const elapsed = (performance.now() - begun) / 1000;
    const due = Math.min(Math.floor(elapsed * rate) + 1, count);
    while (given < due) {
      given += 1;
      feed.events.next(event(before + given));
    }
    const wait = (given / rate) * 1000 - (performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, Math.max(wait, 0)));
  }
  return before + given;
}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
console.log(`listening ${new URL(await app.getUrl()).host}`);

const feed = app.get(Feed);
let last = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [word, rate, count] = line.split(' ');
  if (word === 'publish') {
    const before = last;
    last = await publish(feed, before, Number(rate), Number(count));
    console.log(`published ${before + 1} ${last}`);
  }
}
process.exit(0);
