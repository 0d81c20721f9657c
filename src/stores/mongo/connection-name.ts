/** The name of the Mongoose connection. `MongooseModule.forFeature` and `@InjectModel` take it. */
export const MONGO_CONNECTION = 'logs';
